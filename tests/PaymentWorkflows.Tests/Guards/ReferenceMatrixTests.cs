using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>References point one way, and a heavy package stays behind its fence.</summary>
public class ReferenceMatrixTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Contracts"] = ["Domain"],
        ["Sagas"] = ["Domain", "Contracts"],
        ["Activities"] = ["Domain", "Contracts"],
        ["Stripe"] = ["Domain", "Contracts", "Activities"],
        ["Postgres"] = ["Domain", "Contracts", "Activities"],
        ["Vendors"] = ["Domain", "Contracts", "Activities"],
        ["Hosting"] = ["Domain", "Contracts"],
        ["Sandbox"] = ["Domain"],
        ["Worker"] = ["Domain", "Contracts", "Sagas", "Activities", "Stripe", "Postgres", "Vendors", "Hosting"],
        ["Gateway"] = ["Domain", "Contracts", "Sagas", "Activities", "Stripe", "Postgres", "Hosting", "Worker"],
        ["Lab"] = ["Domain", "Contracts", "Activities", "Hosting", "Worker"],
        ["Cli"] = ["Domain", "Contracts", "Activities", "Stripe", "Postgres", "Hosting"],

        // A merchant's backend sees what is published and nothing else.
        ["Shop"] = ["Domain", "Contracts"],
    };

    /// <summary>Package prefix to the projects that may name it.</summary>
    private static readonly Dictionary<string, string[]> Fences = new()
    {
        ["Stripe.net"] = ["Stripe"],
        ["Npgsql"] = ["Postgres"],
        ["Dapper"] = ["Postgres"],
        ["dbup"] = ["Postgres"],
        ["Temporalio"] = ["Contracts", "Sagas", "Activities", "Hosting"],
        ["Serilog"] = ["Hosting"],
        ["OpenTelemetry"] = ["Hosting"],
        ["YamlDotNet"] = ["Hosting", "Sandbox"],
        ["QRCoder"] = ["Sandbox"],
    };

    /// <summary>Namespace root to the projects whose code may use it.</summary>
    private static readonly Dictionary<string, string[]> CodeFences = new()
    {
        ["Stripe"] = ["Stripe"],
        ["Npgsql"] = ["Postgres"],
        ["Dapper"] = ["Postgres"],
        ["DbUp"] = ["Postgres"],
        ["Temporalio"] = ["Contracts", "Sagas", "Activities", "Hosting", "Worker", "Gateway", "Lab", "Cli", "Shop"],
        ["Serilog"] = ["Hosting"],
        ["OpenTelemetry"] = ["Hosting"],
    };

    [Fact]
    public void Every_project_references_only_what_the_matrix_allows()
    {
        var violations = Repository.Files("*.csproj", "workflows", "activities", "workers", "samples")
            .SelectMany(file => Violations(ProjectName(file), XDocument.Load(file)));
        violations.ShouldBeEmpty();
    }

    [Fact]
    public void No_code_uses_a_package_from_outside_its_fence()
    {
        var violations = Repository.Files("*.cs", "workflows", "activities", "workers", "samples")
            .SelectMany(file => CodeViolations(Repository.Relative(file).Split('/')[1]["PaymentWorkflows.".Length..], File.ReadAllText(file)));
        violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Sagas", "<ProjectReference Include=\"../../activities/PaymentWorkflows.Activities/PaymentWorkflows.Activities.csproj\" />")]
    [InlineData("Sandbox", "<ProjectReference Include=\"../PaymentWorkflows.Stripe/PaymentWorkflows.Stripe.csproj\" />")]
    [InlineData("Vendors", "<ProjectReference Include=\"../PaymentWorkflows.Postgres/PaymentWorkflows.Postgres.csproj\" />")]
    [InlineData("Gateway", "<PackageReference Include=\"Stripe.net\" />")]
    [InlineData("Activities", "<PackageReference Include=\"Npgsql\" />")]
    [InlineData("Unheard", "<PackageReference Include=\"Shouldly\" />")]
    public void A_planted_project_violation_is_caught(string project, string reference) =>
        Violations(project, XDocument.Parse($"<Project><ItemGroup>{reference}</ItemGroup></Project>")).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Gateway", "using Stripe;")]
    [InlineData("Shop", "using Npgsql;")]
    [InlineData("Gateway", "var x = new global::Npgsql.NpgsqlConnection();")]
    [InlineData("Domain", "using Temporalio.Workflows;")]
    public void A_planted_code_violation_is_caught(string project, string code) => CodeViolations(project, code).ShouldNotBeEmpty();

    private static IEnumerable<string> Violations(string project, XDocument file)
    {
        if (!Allowed.TryGetValue(project, out var allowed))
        {
            return [$"{project} is in no row of the matrix"];
        }

        var references = file.Descendants("ProjectReference").Select(one => ProjectName((string)one.Attribute("Include")!))
            .Where(name => !allowed.Contains(name)).Select(name => $"{project} references {name}");
        var packages = file.Descendants("PackageReference").Select(one => (string)one.Attribute("Include")!)
            .Where(name => Fences.Any(fence => name.StartsWith(fence.Key, StringComparison.Ordinal) && !fence.Value.Contains(project)))
            .Select(name => $"{project} takes package {name}");
        return references.Concat(packages);
    }

    private static IEnumerable<string> CodeViolations(string project, string code) => CodeFences
        .Where(fence => !fence.Value.Contains(project))
        .Where(fence => System.Text.RegularExpressions.Regex.IsMatch(code, $@"(using\s+(static\s+)?|global::){fence.Key}(\.|;)"))
        .Select(fence => $"{project} uses {fence.Key}");

    private static string ProjectName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["PaymentWorkflows.".Length..];
}
