using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Temporal;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// Another build of the worker: the sagas are compiled from the repository's sources with one more wait at the begin of a checkout, which
/// no history of the first build has, and with a version of their own. All else is the first build's.
/// </summary>
public sealed class SecondBuild : IAsyncLifetime
{
    private const string Version = "0.1.0+second";
    private const string Before = "        await BeginAsync();\n        IReadOnlyList<CompensationRecord> compensations;\n";
    private const string More = "        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(1));\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pay-build-");

    /// <summary>The build's worker.</summary>
    public string Worker { get; private set; } = "";

    /// <summary>The build's assembly of the sagas.</summary>
    public string Sagas => Path.Combine(Path.GetDirectoryName(Worker)!, SagaVersion.AssemblyFile);

    public async ValueTask InitializeAsync()
    {
        var first = RepositoryLayout.Current.Assembly("PaymentWorkflows.Worker");
        Worker = Path.Combine(CopyOutput(Path.GetDirectoryName(first)!), Path.GetFileName(first));
        var sources = CopySources(Path.Combine(RepositoryLayout.Current.Root!, "workflows", "PaymentWorkflows.Sagas"));
        var checkout = Path.Combine(sources, "Checkout", "Checkout.workflow.cs");
        var text = await File.ReadAllTextAsync(checkout);
        text.ShouldContain(Before);
        await File.WriteAllTextAsync(checkout, text.Replace(Before, More + Before, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(sources, "PaymentWorkflows.Sagas.csproj"), Project(Path.GetDirectoryName(Worker)!));
        var built = Path.Combine(folder.FullName, "built");
        await Dotnet.RunAsync(sources, CancellationToken.None, "build", "-c", "Release", "-o", built, "-nodeReuse:false", "--nologo", "-v", "q");
        File.Copy(Path.Combine(built, SagaVersion.AssemblyFile), Sagas, overwrite: true);
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies a worker's output; the native libraries, which are nearly all of it, are linked to.</summary>
    private string CopyOutput(string output)
    {
        var target = folder.CreateSubdirectory("worker").FullName;
        foreach (var file in Directory.EnumerateFiles(output))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (var inner in Directory.EnumerateDirectories(output))
        {
            Directory.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(inner)), inner);
        }

        return target;
    }

    private string CopySources(string project)
    {
        var target = folder.CreateSubdirectory("sources").FullName;
        foreach (var file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(project, file);
            if (name.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            {
                var copy = Path.Combine(target, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        return target;
    }

    /// <summary>Against the first build's own assemblies, so that nothing is restored.</summary>
    private static string Project(string references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>
            <Version>0.1.0</Version>
            <InformationalVersion>{Version}</InformationalVersion>
            <IncludeSourceRevisionInInformationalVersion>false</IncludeSourceRevisionInInformationalVersion>
            <RunAnalyzers>false</RunAnalyzers>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            <Reference Include="{references}/PaymentWorkflows.Domain.dll;{references}/PaymentWorkflows.Contracts.dll" Private="false" />
            <Reference Include="{references}/Temporalio.dll;{references}/Google.Protobuf.dll;{references}/NexusRpc.dll" Private="false" />
          </ItemGroup>
        </Project>
        """;
}
