using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PaymentWorkflows.Cli.Stack;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The packages for app backends, as somebody outside of the repository uses them: with the README's own lines.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed partial class SdkPackageTests(RunningStack stack)
{
    private static readonly string[] Projects = ["PaymentWorkflows.Contracts", "PaymentWorkflows.Domain"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_with_the_packages_alone_runs_the_READMEs_checkout_refund_and_intervention()
    {
        var root = RepositoryLayout.Current.Root!;
        var folder = Directory.CreateTempSubdirectory("pay-sdk-");
        var version = $"0.1.0-test.{RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 8)}";
        try
        {
            var packages = Path.Combine(folder.FullName, "packages");
            foreach (var project in Projects)
            {
                // Of the build that these tests run from, which must not change under them.
                await DotnetAsync(
                    root, "pack", Path.Combine(root, "workflows", project), "-c", "Release", "--no-build", "-o", packages, $"-p:PackageVersion={version}", "-nodeReuse:false", "--nologo");
            }

            Directory.GetFiles(packages, "*.nupkg").Length.ShouldBe(2);
            await using (var package = await ZipFile.OpenReadAsync(Directory.GetFiles(packages, "PaymentWorkflows.Contracts.*.nupkg").Single(), Cancel))
            {
                package.Entries.Select(entry => entry.Name).ShouldContain("PaymentWorkflows.Contracts.xml");
            }

            var backend = Directory.CreateDirectory(Path.Combine(folder.FullName, "backend")).FullName;
            await WriteBackendAsync(backend, packages, version, await File.ReadAllTextAsync(Path.Combine(root, "README.md"), Cancel));
            await DotnetAsync(backend, "build", "-c", "Release", "-o", Path.Combine(folder.FullName, "out"), "-nodeReuse:false", "--nologo", "-v", "q");
            var said = await DotnetAsync(backend, Path.Combine(folder.FullName, "out", "backend.dll"));
            said.ShouldContain(": Completed, 3998 cents, txn_");
            said.ShouldContain(": Succeeded, 1999 cents, re_");
        }
        finally
        {
            folder.Delete(recursive: true);
            foreach (var unpacked in Projects.Select(project => Path.Combine(PackagesFolder(), project.ToLowerInvariant(), version)).Where(Directory.Exists))
            {
                Directory.Delete(unpacked, recursive: true);
            }
        }
    }

    private static string PackagesFolder() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The C# of the README's section, in its order, with the test's addresses and ids.</summary>
    private async Task WriteBackendAsync(string folder, string packages, string version, string readme)
    {
        var section = readme[readme.IndexOf("## From .NET", StringComparison.Ordinal)..readme.IndexOf("## Be told", StringComparison.Ordinal)];
        string[] fences = [.. Fence().Matches(section).Select(match => match.Groups["code"].Value)];
        fences.Length.ShouldBe(4);
        foreach (var fence in fences[1..])
        {
            fence.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(10, fence);
        }

        var mark = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 8);
        var program = string.Join('\n', fences).Replace("127.0.0.1:7233", stack.Options.Temporal.Address, StringComparison.Ordinal)
            .Replace("ord_1002", $"sdk-{mark}", StringComparison.Ordinal).Replace("ref_1002_1", $"ref_{mark}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program, Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "backend.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                <RestoreAdditionalProjectSources>{packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="PaymentWorkflows.Contracts" Version="{version}" />
              </ItemGroup>
            </Project>
            """, Cancel);
    }

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        var said = await process.StandardOutput.ReadToEndAsync(Cancel) + await errors;
        await process.WaitForExitAsync(Cancel);
        process.ExitCode.ShouldBe(0, said);
        return said;
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
