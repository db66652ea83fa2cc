using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What goes over the wire: one request for each call, under our key, with our metadata, in one version.</summary>
public sealed class TrafficTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncDisposable
{
    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A fault that a failing test left must not reach the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        adapter.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_metadata_of_a_payment_traces_it_to_our_side_and_the_callers_notes_never_hide_that()
    {
        var request = Orders.Pay() with { Metadata = new Dictionary<string, string> { ["campaign"] = "spring", ["attempt_key"] = "forged", ["order"] = "forged" } };
        await adapter.Payments.SendAsync(request, Cancel);
        var truth = await Truth.OfAsync(sandbox.Control, request.Key, Cancel);
        var metadata = truth.Payments.Single()["metadata"]!.AsObject().ToDictionary(entry => entry.Key, entry => (string)entry.Value!);
        metadata.ShouldBe(
            new Dictionary<string, string>
            {
                ["campaign"] = "spring",
                ["transaction_id"] = request.TransactionId.Value,
                ["workflow_id"] = request.WorkflowId,
                ["checkout_id"] = request.CheckoutId.Value,
                ["merchant"] = "acme",
                ["order"] = "881",
                ["attempt_key"] = request.Key.Value,
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task The_metadata_of_a_refund_traces_it_too()
    {
        var paid = (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var refund = Orders.Refund(paid.Id, Orders.Eur(100));
        await adapter.Payments.SendAsync(refund, Cancel);
        var metadata = (await Truth.OfAsync(sandbox.Control, refund.Key, Cancel)).Refunds.Single()["metadata"]!;
        ((string?)metadata["transaction_id"], (string?)metadata["workflow_id"]).ShouldBe((refund.TransactionId.Value, refund.WorkflowId));
    }

    [Fact]
    public async Task Every_act_is_one_request_under_its_own_key_and_every_look_up_is_one_request_without_a_key()
    {
        var paid = (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var reserved = (await adapter.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var other = (await adapter.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var key = Orders.NewKey();
        await ExpectAsync("POST /v1/payment_intents", key.Value, provider => provider.AuthorizeAsync(Orders.Pay(), null, key.Value, Cancel));
        await ExpectAsync("POST /v1/payment_intents", "k1", provider => provider.AuthorizeAsync(Orders.Pay("pm_card_visa_chargeDeclined"), null, "k1", Cancel));
        await ExpectAsync($"POST /v1/payment_intents/{reserved.Id}/capture", "k2", provider => provider.CaptureAsync(Orders.Capture(reserved.Id, reserved.Amount), "k2", Cancel));
        await ExpectAsync($"POST /v1/payment_intents/{other.Id}/cancel", "k3", provider => provider.CancelAsync(other.Id, "k3", Cancel));
        await ExpectAsync("POST /v1/refunds", "k4", provider => provider.RefundAsync(Orders.Refund(paid.Id, Orders.Eur(1)), "k4", Cancel));
        await ExpectAsync($"GET /v1/payment_intents/{paid.Id}", null, provider => provider.ReadAsync(paid.Id, Cancel));
        await ExpectAsync("GET /v1/payment_intents/search", null, provider => provider.FindAsync(Orders.NewKey(), Cancel));
        await ExpectAsync("GET /v1/refunds", null, provider => provider.FindRefundAsync(paid.Id, Orders.NewKey(), Cancel));
    }

    [Theory]
    [InlineData("rate_limited")]
    [InlineData("lock_timeout")]
    [InlineData("unavailable")]
    [InlineData("stored_500")]
    [InlineData("commit_then_reset")]
    public async Task A_request_that_fails_is_not_repeated_by_the_client(string kind)
    {
        await sandbox.Control.AddFaultAsync(new { kind, match = new { method = "POST", path = "/v1/payment_intents" } }, Cancel);
        var request = Orders.Pay();
        try
        {
            await adapter.Payments.SendAsync(request, Cancel);
        }
        catch (ProviderBusyException)
        {
            // Counted below like every other end.
        }

        (await Truth.OfAsync(sandbox.Control, request.Key, Cancel)).Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_version_of_the_SDK_our_key_and_the_account_are_in_the_headers()
    {
        await using var responder = new Responder(Reply.Error(400, "parameter_missing"));
        using var direct = StripeAdapter.For(responder.Address, apiKey: "sk_test_headers");
        await direct.Payments.AuthorizeAsync(Orders.Pay(), null, "checkout/acme/881:authorize:1", Cancel);
        await direct.Payments.ReadAsync("pi_1", Cancel);
        var (act, look) = (responder.Requests.ElementAt(0), responder.Requests.ElementAt(1));
        act.Headers["Stripe-Version"].ShouldBe("2026-10-28.endive");
        act.Headers["Stripe-Version"].ShouldBe(StripeApiVersion.Pinned);
        look.Headers["Stripe-Version"].ShouldBe(StripeApiVersion.Pinned);
        act.Headers["Idempotency-Key"].ShouldBe("checkout/acme/881:authorize:1");
        look.Headers.ShouldNotContainKey("Idempotency-Key");
        act.Headers["Authorization"].ShouldBe("Bearer sk_test_headers");
    }

    [Fact]
    public async Task What_is_not_known_is_not_sent_as_an_empty_value()
    {
        await using var responder = new Responder(Reply.Error(400, "parameter_missing"));
        using var direct = StripeAdapter.For(responder.Address);
        var request = Orders.Pay();
        await direct.Payments.SendAsync(request, Cancel);
        await direct.Setups.SetUpAsync(Orders.Setup("cus_1"), "k", Cancel);
        responder.Requests.Count.ShouldBe(2);
        foreach (var received in responder.Requests)
        {
            received.Body.Split('&').Where(pair => pair.EndsWith('=')).ShouldBeEmpty();
            received.Body.ShouldNotContain("return_url");
        }
    }

    private async Task ExpectAsync(string request, string? key, Func<IPaymentProvider, Task> call)
    {
        var before = await LastAsync();
        await call(adapter.Payments);
        var truth = await sandbox.Control.SendAsync(HttpMethod.Get, $"/truth?requests_since={before}", null, Cancel);
        var seen = truth["requests"]!.AsArray().Select(item => ($"{item!["method"]} {item["path"]}", (string?)item["idempotency_key"]));
        seen.ShouldBe([(request, key)]);
    }

    private async Task<long> LastAsync() =>
        (await sandbox.Control.TruthAsync(Cancel))["requests"]!.AsArray().Select(item => (long)((JsonObject)item!)["seq"]!).DefaultIfEmpty().Max();
}
