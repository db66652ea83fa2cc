using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The one id: it is in every place, and the whole story is told from it.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class StoryTests(RunningStack stack) : IAsyncLifetime, IDisposable
{
    private readonly AppBackend backend = new(stack);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task The_callers_id_is_in_every_place_that_knows_of_the_purchase()
    {
        var transaction = TransactionId.Parse($"txn_caller{Guid.NewGuid():N}");
        var bought = await backend.BuyAsync("pm_card_authenticationRequired", AppBackend.NewTrace().Header, transaction.Value);
        (bought.Transaction, bought.TransactionHeader).ShouldBe((transaction.Value, transaction.Value));
        await AppBackend.ApproveAsync(bought);
        var handle = stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(bought.Workflow);
        await RunningStack.EndOf(handle);

        // Temporal: search attribute, header of the start, and with it of every step.
        (await handle.DescribeAsync()).TypedSearchAttributes.Get(SearchAttributes.TransactionId).ShouldBe(transaction.Value);
        var started = (await handle.FetchHistoryAsync()).Events.First().WorkflowExecutionStartedEventAttributes;
        started.Header.Fields["payment-subject"].Data.ToStringUtf8().ShouldContain(transaction.Value);

        // The provider's metadata, and from there its events.
        (await stack.TruthOfAsync(transaction)).Charged.ShouldBe(1);
        foreach (var table in new[] { "checkouts", "payment_attempts", "inbox", "outbox", "ledger_entries" })
        {
            (await RunningStack.EventuallyAsync(
                () => stack.RowsAsync<long>($"SELECT count(*) FROM pay.{table} WHERE transaction_id = $1", transaction.Value), rows => rows[0] > 0))[0].ShouldBeGreaterThan(0, table);
        }

        // The notice, the log lines of the request, of the saga and of the notice, and the spans.
        await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Acme.Received.Count(one => one.Headers.GetValueOrDefault("Transaction-Id") == transaction.Value)), count => count >= 2);
        string[] said = ["answered", "authorize_payment", "ended as \\\"completed\\\""];
        await RunningStack.EventuallyAsync(
            () => LogsOfAsync(transaction),
            lines => lines.ContainsKey("notices") && lines.ContainsKey("gateway") && said.All(text => lines.Values.SelectMany(file => file).Any(line => line.Contains(text, StringComparison.Ordinal))));
        await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Spans.All), spans => spans.Any(span => span.Tags.GetValueOrDefault(TelemetryNames.TransactionId) == transaction.Value));
    }

    [Fact]
    public async Task The_story_is_told_in_order_with_the_money_at_each_moment()
    {
        var (trace, _, header) = AppBackend.NewTrace();
        var bought = await backend.BuyAsync(traceParent: header);
        var story = await RunningStack.EventuallyAsync(
            async () => (await backend.GetAsync($"/v1/transactions/{bought.Transaction}")).Body,
            body => Titles(body).Any(title => title == "Notice checkout.completed delivered")
                && Titles(body).Any(title => title.StartsWith("payment chk_", StringComparison.Ordinal) && title.EndsWith(" posted", StringComparison.Ordinal)) && body.GetProperty("events").EnumerateArray().Any(one => one.GetProperty("outcome").ValueKind == JsonValueKind.String));

        story.GetProperty("object").GetString().ShouldBe("transaction");
        (Text(story, "id"), Text(story, "merchant"), Text(story, "status")).ShouldBe((bought.Transaction, "acme", "completed"));
        story.GetProperty("owner").ValueKind.ShouldBe(JsonValueKind.Null);
        Money(story.GetProperty("money")).ShouldBe((Purchase.Amount, Purchase.Amount, 0, Purchase.Amount, Purchase.Amount));
        var lines = story.GetProperty("story").EnumerateArray().ToArray();
        lines.Select(line => line.GetProperty("at").GetDateTimeOffset()).ShouldBe(lines.Select(line => line.GetProperty("at").GetDateTimeOffset()).Order());
        lines.Select(line => Text(line, "kind")).Distinct().ShouldBe(["http", "checkout", "step", "attempt", "event", "ledger", "notice", "erp"], ignoreOrder: true);
        lines.First(line => Text(line, "kind") == "http").GetProperty("reference").GetString().ShouldBe(bought.IdempotencyKey);
        var sent = Array.FindIndex(lines, line => Text(line, "title") == "authorize is sent to stripe");
        var paid = Array.FindIndex(lines, line => Text(line, "title") == "authorize succeeded");
        var booked = Array.FindIndex(lines, line => Text(line, "kind") == "ledger");
        sent.ShouldBeInRange(0, paid);
        paid.ShouldBeInRange(0, booked);
        Money(lines[sent].GetProperty("money")).ShouldBe((0, 0, 0, 0, 0));
        Money(lines[paid].GetProperty("money")).ShouldBe((Purchase.Amount, Purchase.Amount, 0, Purchase.Amount, 0));

        story.GetProperty("attempts").GetArrayLength().ShouldBe(1);
        story.GetProperty("steps").EnumerateArray().Select(step => Text(step, "name")).ShouldContain("capture");
        story.GetProperty("ledger_entries").EnumerateArray().Single().GetProperty("postings").EnumerateArray().Sum(one => one.GetProperty("amount").GetInt64()).ShouldBe(0);
        story.GetProperty("checkouts").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(bought.Id);
        story.GetProperty("links").GetProperty("workflow").GetString().ShouldBe(bought.Workflow);
        story.GetProperty("links").GetProperty("traces").EnumerateArray().Single().GetString().ShouldBe(trace);

        var shown = await PayAsync("trace", bought.Transaction);
        shown.ExitCode.ShouldBe(0, shown.Output);
        shown.Output.ShouldContain("authorize succeeded");
        shown.Output.ShouldContain("captured EUR 39.98, refunded EUR 0.00, balance EUR 39.98");
        JsonDocument.Parse((await PayAsync("trace", bought.Transaction, "--json")).Output).RootElement.GetProperty("id").GetString().ShouldBe(bought.Transaction);
        (await PayAsync("trace", "txn_nobody")).ExitCode.ShouldBe(1);
        (await PayAsync("trace", "nonsense")).ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", "issuer", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "client", "incorrect_cvc")]
    [InlineData("pm_card_chargeDeclinedProcessingError", "provider", "processing_error")]
    public async Task A_refusal_has_its_owner(string token, string owner, string code)
    {
        var bought = await backend.BuyAsync(token);
        bought.Status.ShouldBe("declined");
        var story = (await backend.GetAsync($"/v1/transactions/{bought.Transaction}")).Body;
        (Text(story, "owner"), Text(story.GetProperty("failure"), "code")).ShouldBe((owner, code));
        Money(story.GetProperty("money")).ShouldBe((0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task A_purchase_that_was_taken_back_shows_the_money_given_back_and_no_failure()
    {
        var input = Purchase.With();
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        using var gateway = stack.Gateway();
        await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        await RunningStack.EndOf(stack.Of(input));
        var (status, story) = await backend.GetAsync($"/v1/transactions/{paid.TransactionId}");
        status.ShouldBe(200);
        Text(story, "status").ShouldBe("canceled");
        Money(story.GetProperty("money")).ShouldBe((Purchase.Amount, Purchase.Amount, Purchase.Amount, 0, 0));
        Titles(story).ShouldContain(title => title.StartsWith("checkout.cancel_requested", StringComparison.Ordinal));
        Titles(story).ShouldContain("undo succeeded");
        story.GetProperty("failure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_hold_has_its_owner_and_the_acts_of_people_are_in_the_story()
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/payment_intents" }, kind = "unauthorized", times = 1 }, Cancel);
        var input = Purchase.With(policies: Purchase.Patient with { HoldDeadline = TimeSpan.FromMinutes(5) });
        var handle = await stack.StartAsync(input);
        (await RunningStack.UntilHeldAsync(handle)).Reason.ShouldBe(HoldReason.CredentialsRefused);
        var transaction = (await stack.RowsAsync<string>("SELECT transaction_id FROM pay.checkouts WHERE order_id = $1", input.Order.Value)).Single();
        var held = (await backend.GetAsync($"/v1/transactions/{transaction}")).Body;
        (Text(held, "owner"), Text(held.GetProperty("failure"), "code")).ShouldBe(("us", "credentials_refused"));
        await stack.Control.ClearFaultsAsync(Cancel);
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.EndOf(handle);
        var ended = (await backend.GetAsync($"/v1/transactions/{transaction}")).Body;
        ended.GetProperty("owner").ValueKind.ShouldBe(JsonValueKind.Null);
        Titles(ended).ShouldContain("hold.opened");
        Titles(ended).ShouldContain("intervention.accepted: retry by dana");
    }

    private Task<Executables.Outcome> PayAsync(params string[] words) => Executables.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), .. words, "--config", stack.Options.ConfigFile], Cancel);

    private async Task<IReadOnlyDictionary<string, string[]>> LogsOfAsync(TransactionId transaction)
    {
        var lines = new Dictionary<string, string[]>();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(stack.Folders.LogFile("gateway-1"))!, "*.log"))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(open);
            var found = (await reader.ReadToEndAsync(Cancel)).Split('\n').Where(line => line.Contains($"\"TransactionId\":\"{transaction}\"", StringComparison.Ordinal)).ToArray();
            if (found.Length > 0)
            {
                var name = Path.GetFileNameWithoutExtension(file);
                var kind = name.Contains("notices", StringComparison.Ordinal) ? "notices" : name.Contains("gateway", StringComparison.Ordinal) ? "gateway" : name;
                lines[kind] = [.. lines.GetValueOrDefault(kind, []), .. found];
            }
        }

        return lines;
    }

    private static IEnumerable<string> Titles(JsonElement story) =>
        story.TryGetProperty("story", out var lines) ? lines.EnumerateArray().Select(line => Text(line, "title")!) : [];

    private static string? Text(JsonElement part, string name) => part.GetProperty(name).GetString();

    private static (long Authorized, long Captured, long Refunded, long Balance, long Booked) Money(JsonElement money)
    {
        long Of(string name) => money.GetProperty(name).GetInt64();
        return (Of("authorized"), Of("captured"), Of("refunded"), Of("balance"), Of("booked"));
    }
}
