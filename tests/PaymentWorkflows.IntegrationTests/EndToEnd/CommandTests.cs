using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The command <c>pay</c>, as a process, beside the running stack.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class CommandTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_plays_all_its_scenes()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        var demo = await PayAsync("demo", "--exit");
        demo.ExitCode.ShouldBe(0, demo.Output);
        foreach (var line in new[]
        {
            "completed after", "declined after", "code insufficient_funds, category soft, advice try_again_later", "requires_action after",
            "captured and EUR 39.98 refunded", "the outcome was unknown, was looked up, and is completed; the provider charged once",
            "held for platform because of credentials_refused", "temporal workflow signal", "released: completed", "the books are right", "All 20 scenes went as they should",
            $"http://{stack.Options.Temporal.Ui}/", $"http://{stack.Options.Gateway.Address}",
        })
        {
            demo.Output.ShouldContain(line);
        }
    }

    [Fact]
    public async Task A_checkout_is_started_from_a_file_shown_and_found_in_the_books()
    {
        var file = Path.Combine(stack.Folders.Data, "purchase.json");
        var order = Purchase.With().Order;
        await File.WriteAllTextAsync(
            file,
            $$$"""{"merchant":"acme","order":"{{{order}}}","customer":{"id":"cus_42"},"currency":"eur","lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999}],"payment_method":{"type":"card","token":"pm_card_visa"}}""",
            Cancel);
        var started = Json(await PayAsync("checkout", "start", file, "--json"));
        started.GetProperty("status").GetString().ShouldBe("completed");
        var shown = await PayAsync("checkout", "show", started.GetProperty("id").GetString()!);
        shown.Output.ShouldContain("EUR 39.98 (captured EUR 39.98, refunded EUR 0.00)");

        var transaction = started.GetProperty("transaction_id").GetString()!;
        Json(await PayAsync("ledger", "show", transaction, "--json")).EnumerateArray().Sum(line => line.GetProperty("amount_minor").GetInt64()).ShouldBe(0);
        (await PayAsync("ledger", "show", transaction)).Output.ShouldContain("Provider clearing");
        (await PayAsync("ledger", "show", "txn_nobody")).ExitCode.ShouldBe(1);
        (await PayAsync("ledger", "show", "nonsense")).ExitCode.ShouldBe(2);
        (await PayAsync("checkout", "show", "chk_nobody")).ExitCode.ShouldBe(1);
        (await PayAsync("checkout", "start", file + ".missing")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task The_ledger_check_has_its_public_shape()
    {
        await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        var check = Json(await PayAsync("ledger", "check", "--json"));
        check.GetProperty("ok").GetBoolean().ShouldBeTrue(check.GetRawText());
        check.GetProperty("entries").GetInt64().ShouldBeGreaterThan(0);
        check.GetProperty("currencies").GetProperty("eur").GetProperty("sum").GetInt64().ShouldBe(0);
        check.GetProperty("unbalanced").GetArrayLength().ShouldBe(0);
        check.GetProperty("provider_difference").GetProperty("eur").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task The_status_has_its_public_shape()
    {
        var status = await PayAsync("status", "--json");
        status.ExitCode.ShouldBe(0, status.Output);
        var json = JsonDocument.Parse(status.Output).RootElement;
        json.GetProperty("ready").GetBoolean().ShouldBeTrue();
        json.GetProperty("gateway").GetString().ShouldBe($"http://{stack.Options.Gateway.Address}");
        json.GetProperty("api_key").GetString().ShouldBe(stack.Options.Gateway.ApiKey);
        json.GetProperty("temporal").GetString().ShouldBe(stack.Options.Temporal.Address);
        json.GetProperty("ui").GetString().ShouldBe($"http://{stack.Options.Temporal.Ui}");
        json.GetProperty("postgres").GetString().ShouldNotBeNull().ShouldStartWith("postgresql://");
        json.GetProperty("sandbox").GetProperty("stripe").GetString().ShouldBe($"http://{stack.Options.Sandbox.Stripe}");
        json.GetProperty("sandbox").GetProperty("control").GetString().ShouldBe($"http://{stack.Options.Sandbox.Control}");
        var worker = json.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("name").GetString() == "worker-payments-1");
        (worker.GetProperty("role").GetString(), worker.GetProperty("state").GetString()).ShouldBe(("payments", "running"));
        worker.GetProperty("pid").GetInt32().ShouldBe(stack.PidOf("worker-payments-1"));
    }

    [Fact]
    public async Task Each_line_that_a_saga_logs_names_its_transaction_workflow_and_run()
    {
        using var gateway = stack.Gateway();
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With(placement: Contracts.Placement.Isolated)));
        await gateway.GetCheckoutAsync(result.CheckoutId.Value, Cancel);
        var lines = await RunningStack.EventuallyAsync(
            async () =>
            {
                var found = new List<JsonElement>();
                foreach (var log in Directory.GetFiles(stack.Folders.Logs, "*.log").Where(file => Path.GetFileName(file).StartsWith("worker", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("gateway", StringComparison.Ordinal)))
                {
                    await using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    using var reader = new StreamReader(stream);
                    found.AddRange((await reader.ReadToEndAsync(Cancel)).Split('\n').Where(line => line.Contains(result.TransactionId.Value, StringComparison.Ordinal) && line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement));
                }

                return found;
            },
            found => found.Count >= 3);
        foreach (var line in lines)
        {
            line.GetProperty("TransactionId").GetString().ShouldBe(result.TransactionId.Value);
            line.GetProperty("WorkflowId").GetString().ShouldNotBeNullOrEmpty();
        }

        lines.Count(line => line.TryGetProperty("RunId", out _) || line.TryGetProperty("WorkflowRunId", out _)).ShouldBeGreaterThanOrEqualTo(2);
    }

    private static JsonElement Json(Executables.Outcome outcome)
    {
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private async Task<Executables.Outcome> PayAsync(params string[] words)
    {
        var outcome = await Executables.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), .. words, "--config", stack.Options.ConfigFile], Cancel);
        return outcome;
    }
}
