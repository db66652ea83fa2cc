using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>A build speaks one version of the API; a deployment that expects another does not start.</summary>
public sealed class ApiVersionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Other = "2026-08-26.dahlia";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Another_version_is_refused_with_both_versions_in_the_message()
    {
        var refused = Should.Throw<StripeApiVersionException>(() => StripeApiVersion.Check(Other));
        refused.Message.ShouldContain($"'{Other}'");
        refused.Message.ShouldContain($"'{StripeApiVersion.Pinned}'");
        Should.NotThrow(() => StripeApiVersion.Check(StripeApiVersion.Pinned));
    }

    [Theory]
    [InlineData(Other)]
    [InlineData("")]
    public void The_adapter_cannot_be_composed_for_another_version(string version)
    {
        var connection = new StripeConnection
        {
            ApiKey = "sk_test_1",
            BaseUrl = "http://127.0.0.1:1",
            Timeout = TimeSpan.FromSeconds(1),
            SearchLag = TimeSpan.Zero,
            ApiVersion = version,
            WebhookSecrets = ["whsec_1"],
        };
        Should.Throw<StripeApiVersionException>(() => new ServiceCollection().AddStripe(connection));
        Should.NotThrow(() => new ServiceCollection().AddStripe(connection with { ApiVersion = StripeApiVersion.Pinned }));
    }

    [Fact]
    public async Task A_worker_that_is_configured_for_another_version_ends_at_once_and_says_which()
    {
        var folder = Directory.CreateTempSubdirectory("pay version ");
        try
        {
            var config = Path.Combine(folder.FullName, "temporal-dev.yaml");
            var text = await File.ReadAllTextAsync(FindUpwards("temporal-dev.yaml"), Cancel);
            text.ShouldContain($"api_version: {StripeApiVersion.Pinned}");
            await File.WriteAllTextAsync(config, text.Replace(StripeApiVersion.Pinned, Other, StringComparison.Ordinal), Cancel);
            var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "PaymentWorkflows.Worker.dll"), "--roles", "sagas", "--config", config])
            {
                start.ArgumentList.Add(argument);
            }

            using var worker = Process.Start(start)!;
            var output = worker.StandardOutput.ReadToEndAsync(Cancel);
            var said = await worker.StandardError.ReadToEndAsync(Cancel);
            await worker.WaitForExitAsync(Cancel);
            worker.ExitCode.ShouldBe(2, said + await output);
            said.ShouldContain(Other);
            said.ShouldContain(StripeApiVersion.Pinned);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(Other, 400)]
    [InlineData("2026-10-28.endive", 200)]
    public async Task The_sandbox_speaks_the_version_that_the_SDK_pins_and_no_other(string version, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/balance");
        request.Headers.Add("Stripe-Version", version);
        using var response = await sandbox.Raw.Http.SendAsync(request, Cancel);
        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.GetValues("Stripe-Version").ShouldBe([StripeApiVersion.Pinned]);
        if (status == 400)
        {
            (await response.Content.ReadAsStringAsync(Cancel)).ShouldContain(version);
        }
    }

    private static string FindUpwards(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, name)))
            {
                return Path.Combine(folder.FullName, name);
            }
        }

        throw new FileNotFoundException(name);
    }
}
