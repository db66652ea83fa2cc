using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PaymentWorkflows.Cli.Stack;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The packages for app backends, as somebody outside of the repository uses them: with the pages' own lines.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed partial class SdkPackageTests(RunningStack stack)
{
    private static readonly string[] Projects = ["PaymentWorkflows.Contracts", "PaymentWorkflows.Domain"];

    /// <summary>Each goes on where the one before ended.</summary>
    private static readonly string[] Pages = ["README.md", "docs/sdk.md", "docs/api.md"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_with_the_packages_alone_runs_the_pages_checkout_refund_and_intervention()
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
                await Dotnet.RunAsync(
                    root, Cancel, "pack", Path.Combine(root, "workflows", project), "-c", "Release", "--no-build", "-o", packages, $"-p:PackageVersion={version}", "-nodeReuse:false", "--nologo");
            }

            Directory.GetFiles(packages, "*.nupkg").Length.ShouldBe(2);
            await using (var package = await ZipFile.OpenReadAsync(Directory.GetFiles(packages, "PaymentWorkflows.Contracts.*.nupkg").Single(), Cancel))
            {
                package.Entries.Select(entry => entry.Name).ShouldContain("PaymentWorkflows.Contracts.xml");
            }

            var backend = Directory.CreateDirectory(Path.Combine(folder.FullName, "backend")).FullName;
            await WriteBackendAsync(backend, packages, version, string.Join('\n', Pages.Select(page => File.ReadAllText(Path.Combine(root, page)))));
            await Dotnet.RunAsync(backend, Cancel, "build", "-c", "Release", "-o", Path.Combine(folder.FullName, "out"), "-nodeReuse:false", "--nologo", "-v", "q");
            var said = await Dotnet.RunAsync(backend, Cancel, Path.Combine(folder.FullName, "out", "backend.dll"));
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

    /// <summary>The C# of the pages in its order, with the test's addresses and ids. The receiver of notices is compiled and not run.</summary>
    private async Task WriteBackendAsync(string folder, string packages, string version, string pages)
    {
        string[] fences = [.. Fence().Matches(pages).Select(match => match.Groups["code"].Value)];
        fences.Length.ShouldBe(5);
        foreach (var fence in fences)
        {
            fence.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => !IsDirective(line)).ShouldBeLessThanOrEqualTo(10, fence);
        }

        var lines = fences.SelectMany(fence => fence.Split('\n')).ToLookup(IsDirective);
        var mark = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 8);
        var program = string.Join('\n', lines[true].Append("var app = WebApplication.Create(args);").Concat(lines[false]))
            .Replace("127.0.0.1:7233", stack.Options.Temporal.Address, StringComparison.Ordinal)
            .Replace("ord_1002", $"sdk-{mark}", StringComparison.Ordinal).Replace("ref_1002_1", $"ref_{mark}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program, Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "backend.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
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

    private static bool IsDirective(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=');

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
