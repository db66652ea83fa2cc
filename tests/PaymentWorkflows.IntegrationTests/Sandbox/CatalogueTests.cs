using System.Text.Json.Nodes;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>What the sandbox says of its test values holds, and is said with and without a running sandbox.</summary>
[Trait("Category", "Slow")]
public sealed class CatalogueTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task Each_card_of_the_catalogue_does_what_is_said_of_it()
    {
        var catalogue = await sandbox.Control.SendAsync(HttpMethod.Get, "/catalogue", null, Cancel);
        var cards = catalogue["cards"]!.AsArray();
        cards.Count.ShouldBeGreaterThan(80);
        foreach (var card in cards)
        {
            var does = (string)card!["does"]!;
            var paid = await Raw.PostAsync("/v1/payment_intents", $"amount=1000&currency=eur&payment_method={card["payment_method"]}&confirm=true");
            var declined = does.Contains("declined", StringComparison.Ordinal) || does.Contains("blocked", StringComparison.Ordinal);
            var asks = does.Contains("authenticates each", StringComparison.Ordinal) || does.Contains("authenticates unless", StringComparison.Ordinal) || does.Contains("authenticates while", StringComparison.Ordinal);
            paid.Status.ShouldBe(declined && !asks ? 402 : 200, $"{card["payment_method"]}: {does}");
            if (declined && !asks && does.StartsWith("is declined: ", StringComparison.Ordinal))
            {
                does.ShouldContain((string)paid.Error["code"]!);
            }
            else if (!declined)
            {
                paid.Text("status").ShouldBe(asks ? "requires_action" : "succeeded", (string?)card["payment_method"]);
            }
        }
    }

    [Fact]
    public async Task The_catalogue_is_printed_without_a_running_sandbox()
    {
        var run = await NodeClient.RunAsync("dotnet", [Assembly(), "--catalogue"], AppContext.BaseDirectory, Cancel);
        run!.Value.ExitCode.ShouldBe(0, run.Value.Output);
        var catalogue = (JsonObject)JsonNode.Parse(run.Value.Output)!;
        catalogue.ToJsonString().ShouldBe((await sandbox.Control.SendAsync(HttpMethod.Get, "/catalogue", null, Cancel)).ToJsonString());
        catalogue["methods"]!.AsArray().Select(method => (string)method!["flow"]!).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(["app_approval", "bank_debit", "qr_code", "redirect", "voucher"]);
    }

    [Fact]
    public async Task Pay_sandbox_lists_cards_methods_and_values_for_people_and_as_json()
    {
        var pay = Path.Combine(AppContext.BaseDirectory, "pay-cli.dll");
        var table = await NodeClient.RunAsync("dotnet", [pay, "sandbox"], AppContext.BaseDirectory, Cancel);
        table!.Value.ExitCode.ShouldBe(0, table.Value.Output);
        foreach (var part in new[] { "pm_card_visa", "is declined: card_declined / insufficient_funds", "DE62370400440532013001", "(sandbox only)", "txcd_99999999", "commit_then_hang" })
        {
            table.Value.Output.ShouldContain(part);
        }

        var json = await NodeClient.RunAsync("dotnet", [pay, "sandbox", "--json"], AppContext.BaseDirectory, Cancel);
        ((JsonObject)JsonNode.Parse(json!.Value.Output)!)["methods"]!.AsArray().Count.ShouldBeGreaterThan(6);
    }

    [Fact]
    public async Task What_was_set_and_begun_survives_a_restart()
    {
        await using var own = await SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var raw = new RawClient(own.Stripe, own.ApiKey);
        var method = (await LocalMethods.AllAsync(own)).Single(one => (string?)one["type"] == "boleto");
        var voucher = await raw.PostAsync("/v1/payment_intents", LocalMethods.Form(method, "pay_late@any.example"));
        await own.Control.SendAsync(HttpMethod.Post, "/tax", new { country = "DE", percentage = "20.0" }, Cancel);
        await own.Control.SendAsync(HttpMethod.Post, "/refunds", new { when_short = "refuse" }, Cancel);
        var calculation = await raw.PostAsync("/v1/tax/calculations", "currency=eur&line_items[0][amount]=1000&customer_details[address][country]=DE");
        await own.KillAsync();
        await own.RestartAsync(Cancel);

        await own.Control.AdvanceAsync(TimeSpan.FromDays(5), Cancel);
        (await LocalMethods.StatusAsync(raw, voucher.Id)).ShouldBe("succeeded");
        ((string?)(await own.Control.SendAsync(HttpMethod.Get, "/tax", null, Cancel))["DE"]).ShouldBe("20.0");
        ((string?)(await own.Control.SendAsync(HttpMethod.Get, "/refunds", null, Cancel))["when_short"]).ShouldBe("refuse");
        (await raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={calculation.Id}&reference=r1")).Status.ShouldBe(200);
        (await raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={calculation.Id}&reference=r1")).Status.ShouldBe(400);
    }

    private static string Assembly() => typeof(PaymentWorkflows.Sandbox.Methods.MethodTraits).Assembly.Location;
}
