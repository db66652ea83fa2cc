using System.Text.Json.Nodes;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Hostile;
using PaymentWorkflows.TestKit.Fuzzing;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// Requests that nobody should send, at a running stack: each gets an answer that is published, no process falls, and money moves only for
/// what was answered as accepted.
/// </summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class HostileRequestTests(RunningStack stack) : IDisposable
{
    private static readonly string[] Gateways = ["gateway-1", "gateway-2"];
    private readonly AppBackend backend = new(stack);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task Every_changed_request_gets_a_published_answer_no_process_falls_and_only_accepted_money_moves()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        var began = (await stack.RowsAsync<DateTime>("SELECT clock_timestamp()"))[0];
        var paid = await backend.BuyAsync();
        var open = (await stack.BuyAsync(Purchase.With(capture: CaptureMode.Manual))).CheckoutId.Value;
        var refund = (await backend.RefundAsync(paid.Id, 10)).GetProperty("id").GetString()!;
        var processes = Gateways.Select(name => (stack.PidOf(name), stack.RestartsOf(name))).ToArray();
        var play = await HostilePlay.AtAsync(backend.Address());
        play.Accept(refund);
        var cases = new HttpCases(stack.Options.Gateway.ApiKey, $"/webhooks/stripe/{stack.Options.Stripe.Account}", paid.Id, open, refund, paid.Transaction);

        var played = await Fuzz.PlayAsync(cases.Changed(), few: 300, atOnce: 4, play.SendAsync, sent => sent.ToString());

        TestContext.Current.TestOutputHelper?.WriteLine($"{played} requests; answers: {play.Statuses}; accepted: {play.Accepted.Count}");
        Gateways.Select(name => (stack.PidOf(name), stack.RestartsOf(name))).ShouldBe(processes);
        (await backend.GetAsync("/v1/checkouts")).Status.ShouldBe(200);
        await ShouldHaveMovedOnlyWhatWasAcceptedAsync(play, began, paid, open);
    }

    private async Task ShouldHaveMovedOnlyWhatWasAcceptedAsync(HostilePlay play, DateTime began, Bought paid, string open)
    {
        var made = await stack.RowsAsync<string>("SELECT id FROM pay.checkouts WHERE created_at >= $1 AND merchant <> 'acme' UNION ALL SELECT id FROM pay.refunds WHERE checkout_id = $2 AND origin = 'merchant'", began, paid.Id);
        made.Except(play.Accepted).ShouldBeEmpty("something was made that was not answered as accepted");
        var owners = (await stack.RowsAsync<string>("SELECT transaction_id FROM pay.checkouts")).ToHashSet();
        var truth = await stack.Control.TruthAsync(Cancel);
        var transactions = truth["payment_intents"]!.AsArray().Select(intent => (string?)intent!["metadata"]?["transaction_id"]).OfType<string>();
        transactions.Intersect(play.RefusedTransactions).Where(transaction => !owners.Contains(transaction)).ShouldBeEmpty("money was asked for by a request that was refused");

        var refunded = (await stack.RowsAsync<long>("SELECT coalesce(sum(amount), 0)::bigint FROM pay.refunds WHERE checkout_id = $1 AND status NOT IN ('failed', 'canceled')", paid.Id))[0];
        var moved = await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(TransactionId.Parse(paid.Transaction)), found => found.Refunded == refunded);
        (moved.Charged, moved.Captured).ShouldBe((1, Purchase.Amount));

        // A capture that was accepted may still be under way.
        await RunningStack.EventuallyAsync(
            async () => (
                Truth: Captured(await stack.Control.TruthAsync(Cancel), open),
                Shown: (await backend.GetAsync($"/v1/checkouts/{open}")).Body.GetProperty("amount_captured").GetInt64()),
            captured => captured.Truth == captured.Shown);
    }

    private static long Captured(JsonObject truth, string checkout) => truth["payment_intents"]!.AsArray()
        .Where(intent => (string?)intent!["metadata"]?["checkout_id"] == checkout).Sum(intent => (long)intent!["amount_received"]!);
}
