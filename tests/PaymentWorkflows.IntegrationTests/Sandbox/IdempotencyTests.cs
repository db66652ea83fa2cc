using PaymentWorkflows.IntegrationTests.EndToEnd;
using PaymentWorkflows.Sandbox.Wire;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>The provider's promises about idempotency keys.</summary>
public sealed class IdempotencyTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Payment = "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task A_repeat_is_answered_with_the_first_answer_and_says_so()
    {
        var key = NewKey();
        var first = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        var repeat = await Raw.PostAsync("/v1/payment_intents", "currency=eur&amount=1000&confirm=true&payment_method=pm_card_visa", key);
        repeat.Body.ToJsonString().ShouldBe(first.Body.ToJsonString());
        first.Headers.ContainsKey("Idempotent-Replayed").ShouldBeFalse();
        repeat.Headers["Idempotent-Replayed"].ShouldBe("true");
        repeat.Headers["Original-Request"].ShouldBe(first.Headers["Request-Id"]);
        repeat.Headers["Idempotency-Key"].ShouldBe(key);
    }

    [Fact]
    public async Task A_decline_is_replayed()
    {
        var key = NewKey();
        const string declining = "amount=1000&currency=eur&payment_method=pm_card_chargeDeclined&confirm=true";
        var first = await Raw.PostAsync("/v1/payment_intents", declining, key);
        var repeat = await Raw.PostAsync("/v1/payment_intents", declining, key);
        (first.Status, repeat.Status).ShouldBe((402, 402));
        repeat.Body.ToJsonString().ShouldBe(first.Body.ToJsonString());
    }

    [Fact]
    public async Task The_same_key_with_other_parameters_or_another_endpoint_is_an_error()
    {
        var key = NewKey();
        await Raw.PostAsync("/v1/payment_intents", Payment, key);
        foreach (var (path, form) in new[] { ("/v1/payment_intents", Payment + "1"), ("/v1/payment_intents", Payment.Replace("1000", "1001", StringComparison.Ordinal)), ("/v1/customers", Payment) })
        {
            var other = await Raw.PostAsync(path, form, key);
            (other.Status, (string?)other.Error["type"]).ShouldBe((400, "idempotency_error"));
        }
    }

    [Fact]
    public async Task A_refusal_of_parameters_is_not_kept()
    {
        var key = NewKey();
        (await Raw.PostAsync("/v1/payment_intents", "amount=x&currency=eur", key)).Status.ShouldBe(400);
        (await Raw.PostAsync("/v1/payment_intents", "amount=10&currency=eur", key)).Status.ShouldBe(400);
        (await Raw.PostAsync("/v1/payment_intents", Payment, key)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_refusal_by_state_is_kept()
    {
        var intent = await Raw.PostAsync("/v1/payment_intents", "amount=1000&currency=eur");
        var key = NewKey();
        (await Raw.PostAsync($"/v1/payment_intents/{intent.Id}/capture", "", key)).Status.ShouldBe(400);
        var repeat = await Raw.PostAsync($"/v1/payment_intents/{intent.Id}/capture", "", key);
        (repeat.Status, repeat.Headers.ContainsKey("Idempotent-Replayed")).ShouldBe((400, true));
    }

    [Fact]
    public async Task A_key_in_flight_is_a_conflict_that_may_be_retried()
    {
        var key = NewKey();
        await sandbox.Control.AddFaultAsync(new { kind = "slow", delay_ms = 5_000, match = new { method = "POST", path = "/v1/customers" } }, Cancel);
        var slow = Raw.PostAsync("/v1/customers", "name=A", key);
        await RunningStack.EventuallyAsync(HasArrivedAsync, arrived => arrived);
        RawAnswer conflict;
        do
        {
            // It holds its key a moment after it has arrived.
            conflict = await Raw.PostAsync("/v1/customers", "name=A", key);
        }
        while (conflict.Status != 409 && !slow.IsCompleted);

        (conflict.Status, (string?)conflict.Error["code"]).ShouldBe((409, "idempotency_key_in_use"));
        var first = await slow;
        first.Status.ShouldBe(200);
        (await Raw.PostAsync("/v1/customers", "name=A", key)).Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task A_key_of_24_hours_is_forgotten_and_executes_anew()
    {
        var key = NewKey();
        var first = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromHours(23), Cancel);
        (await Raw.PostAsync("/v1/payment_intents", Payment, key)).Id.ShouldBe(first.Id);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromHours(1), Cancel);
        (await Raw.PostAsync("/v1/payment_intents", Payment, key)).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Keys_of_different_accounts_do_not_meet()
    {
        var key = NewKey();
        var own = await Raw.PostAsync("/v1/customers", "name=A", key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/customers")
        {
            Content = new StringContent("name=A", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Stripe-Account", "acct_other");
        using var other = await Raw.Http.SendAsync(request, Cancel);
        (await other.Content.ReadAsStringAsync(Cancel)).ShouldNotContain(own.Id);
        other.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
    }

    [Fact]
    public void Parameters_are_the_same_whatever_their_order_and_encoding()
    {
        FormReader.Read("a=1&b[c]=x+y&d[]=1").Canonical().ShouldBe(FormReader.Read("d[0]=1&b%5Bc%5D=x%20y&a=1").Canonical());
        FormReader.Read("a=1").Canonical().ShouldNotBe(FormReader.Read("a=2").Canonical());
    }

    private async Task<bool> HasArrivedAsync()
    {
        // The fault is spent as soon as its request has arrived.
        var faults = await sandbox.Control.SendAsync(HttpMethod.Get, "/faults", null, Cancel);
        return faults["faults"]!.AsArray().Count == 0;
    }

    private static string NewKey() => Guid.NewGuid().ToString();
}
