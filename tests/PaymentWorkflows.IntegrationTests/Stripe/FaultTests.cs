using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>
/// Every scripted fault as the adapter's verdict, and the way back to the truth after it: a look-up or the same key again, and never a
/// second charge.
/// </summary>
public sealed class FaultTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncDisposable
{
    private const string Payments = "/v1/payment_intents";

    /// <summary>Gives up what hangs, and not before the sandbox has read it: what was not read is not committed.</summary>
    private readonly StripeAdapter impatient = StripeAdapter.For(sandbox.Process, TimeSpan.FromSeconds(2));

    private readonly StripeAdapter patient = StripeAdapter.For(sandbox.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A fault that a failing test left must not reach the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        impatient.Dispose();
        patient.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("commit_then_hang", UnknownCause.Timeout, true)]
    [InlineData("commit_then_reset", UnknownCause.ConnectionLost, true)]
    [InlineData("hang_then_drop", UnknownCause.ConnectionLost, false)]
    [InlineData("unavailable", UnknownCause.Unavailable, false)]
    public async Task An_answer_that_never_came_is_unknown_and_the_same_key_tells_the_truth(string kind, UnknownCause cause, bool happened)
    {
        var request = Orders.Pay();
        await SetAsync(kind, delayMs: kind == "hang_then_drop" ? 100 : null);
        (await (cause == UnknownCause.Timeout ? impatient : patient).Payments.SendAsync(request, Cancel)).ShouldBeUnknown(cause);

        var found = await patient.Payments.FindAsync(request.Key, Cancel);
        (found is MoneyVerdict.Succeeded).ShouldBe(happened);
        (found is MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent }).ShouldBe(!happened);

        var resent = (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        resent.Payment.Captured.ShouldBe(request.Amount);
        await OneChargeAsync(request.Key);
    }

    [Fact]
    public async Task A_connection_that_hangs_and_does_nothing_is_unknown_by_time_out_and_is_absent_afterwards()
    {
        var request = Orders.Pay();
        await SetAsync("hang_then_drop");
        (await impatient.Payments.SendAsync(request, Cancel)).ShouldBeUnknown(UnknownCause.Timeout);
        (await patient.Payments.FindAsync(request.Key, Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        await OneChargeAsync(request.Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stored_500_is_unknown_under_its_key_for_ever_and_only_a_look_up_tells(bool committed)
    {
        var request = Orders.Pay();
        await sandbox.Control.AddFaultAsync(new { kind = "stored_500", committed, match = new { method = "POST", path = Payments } }, Cancel);
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeUnknown(UnknownCause.ServerError);
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeUnknown(UnknownCause.ServerError);

        var found = await patient.Payments.FindAsync(request.Key, Cancel);
        if (committed)
        {
            found.ShouldBeOfType<MoneyVerdict.Succeeded>();
        }
        else
        {
            found.ShouldBeRefused(RefusalCause.Absent, "resource_missing");
            (await patient.Payments.AuthorizeAsync(request, null, request.Key.Value + "#1", Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        }

        await OneChargeAsync(request.Key);
    }

    [Theory]
    [InlineData("rate_limited", "rate_limit", 1_000)]
    [InlineData("lock_timeout", "lock_timeout", 500)]
    public async Task A_request_that_is_turned_away_is_busy_with_a_hint_and_the_same_key_goes_through_later(string kind, string code, int milliseconds)
    {
        var request = Orders.Pay();
        await SetAsync(kind);
        var busy = await Should.ThrowAsync<ProviderBusyException>(() => patient.Payments.SendAsync(request, Cancel));
        (busy.Code, busy.RetryAfter).ShouldBe((code, TimeSpan.FromMilliseconds(milliseconds)));
        (await Truth.OfAsync(sandbox.Control, request.Key, Cancel)).Payments.ShouldBeEmpty();
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        await OneChargeAsync(request.Key);
    }

    [Fact]
    public async Task A_slow_answer_within_the_time_limit_is_an_answer()
    {
        var request = Orders.Pay();
        await SetAsync("slow", delayMs: 200);
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        await OneChargeAsync(request.Key);
    }

    [Fact]
    public async Task A_slow_answer_beyond_the_time_limit_is_unknown_and_its_key_is_busy_while_it_is_in_flight()
    {
        var request = Orders.Pay();
        await SetAsync("slow", delayMs: 6_000);
        (await impatient.Payments.SendAsync(request, Cancel)).ShouldBeUnknown(UnknownCause.Timeout);
        var busy = await Should.ThrowAsync<ProviderBusyException>(() => patient.Payments.SendAsync(request, Cancel));
        (busy.Code, busy.RetryAfter).ShouldBe(("idempotency_key_in_use", TimeSpan.FromSeconds(1)));

        // The hint is followed until the key is free, as an activity's retries would.
        MoneyVerdict? resent = null;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (resent is null && await tick.WaitForNextTickAsync(Cancel))
        {
            try
            {
                resent = await patient.Payments.SendAsync(request, Cancel);
            }
            catch (ProviderBusyException)
            {
                // Still in flight.
            }
        }

        resent.ShouldBeOfType<MoneyVerdict.Succeeded>();
        await OneChargeAsync(request.Key);
    }

    [Theory]
    [InlineData("unauthorized", "api_key_expired")]
    [InlineData("forbidden", "secret_key_required")]
    public async Task A_key_that_is_refused_is_a_matter_of_credentials_and_nothing_happened(string kind, string code)
    {
        var request = Orders.Pay();
        await SetAsync(kind);
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeRefused(RefusalCause.Credentials, code);
        (await Truth.OfAsync(sandbox.Control, request.Key, Cancel)).Payments.ShouldBeEmpty();
        (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
    }

    [Fact]
    public async Task Another_amount_or_currency_than_asked_is_told_as_it_is()
    {
        await SetAsync("wrong_amount");
        (await patient.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Amount.ShouldBe(Orders.Eur(12_051));
        await SetAsync("wrong_currency");
        (await patient.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Amount.Currency.Code.ShouldBe("usd");
    }

    [Fact]
    public async Task A_payment_just_made_that_is_called_canceled_is_told_as_canceled_although_it_names_money()
    {
        var request = Orders.Pay();
        await SetAsync("wrong_state");
        var told = (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (told.State, told.Captured).ShouldBe((PaymentState.Canceled, request.Amount));
        (await patient.Payments.ReadAsync(told.Id, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.State.ShouldBe(PaymentState.Captured);
    }

    [Fact]
    public async Task A_refund_without_balance_is_refused_by_the_state_and_works_under_a_new_key()
    {
        var paid = (await patient.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var refund = Orders.Refund(paid.Id, Orders.Eur(1_000));
        await sandbox.Control.AddFaultAsync(new { kind = "balance_insufficient", match = new { method = "POST", path = "/v1/refunds" } }, Cancel);
        (await patient.Payments.SendAsync(refund, Cancel)).ShouldBeRefused(RefusalCause.State, "balance_insufficient");
        (await patient.Payments.RefundAsync(refund, refund.Key.Value + "#1", Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await Truth.OfAsync(sandbox.Control, refund.Key, Cancel)).Refunds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lagging_index_shows_absence_until_it_has_caught_up_although_the_payment_can_be_read()
    {
        await sandbox.Control.AddFaultAsync(new { kind = "search_lag", delay_ms = 60_000, times = 0, match = new { method = "GET", path = $"{Payments}/search" } }, Cancel);
        var request = Orders.Pay();
        var paid = (await patient.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (await patient.Payments.FindAsync(request.Key, Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
        (await patient.Payments.ReadAsync(paid.Id, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        await sandbox.Control.AdvanceAsync(patient.Payments.SearchLag + TimeSpan.FromSeconds(1), Cancel);
        (await patient.Payments.FindAsync(request.Key, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_request_is_unknown_because_something_was_done_under_it()
    {
        var request = Orders.Pay();
        await patient.Payments.SendAsync(request, Cancel);
        var changed = request with { Amount = Orders.Eur(99) };
        (await patient.Payments.SendAsync(changed, Cancel)).ShouldBeUnknown(UnknownCause.ServerError);
        await OneChargeAsync(request.Key);
    }

    [Fact]
    public async Task Refund_capture_and_cancel_that_got_no_answer_are_unknown_and_the_same_key_moves_money_once()
    {
        var paid = (await patient.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var refund = Orders.Refund(paid.Id, Orders.Eur(1_000));
        await sandbox.Control.AddFaultAsync(new { kind = "commit_then_reset", match = new { method = "POST", path = "/v1/refunds" } }, Cancel);
        (await patient.Payments.SendAsync(refund, Cancel)).ShouldBeUnknown(UnknownCause.ConnectionLost);
        (await patient.Payments.FindRefundAsync(paid.Id, refund.Key, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await patient.Payments.SendAsync(refund, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await Truth.OfAsync(sandbox.Control, refund.Key, Cancel)).Refunds.Count.ShouldBe(1);

        var reserved = (await patient.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var capture = Orders.Capture(reserved.Id, reserved.Amount);
        await sandbox.Control.AddFaultAsync(new { kind = "commit_then_reset", match = new { method = "POST", path = $"{Payments}/*/capture" } }, Cancel);
        (await patient.Payments.SendAsync(capture, Cancel)).ShouldBeUnknown(UnknownCause.ConnectionLost);
        (await patient.Payments.SendAsync(capture, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Captured.ShouldBe(reserved.Amount);

        var other = (await patient.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var cancel = Orders.NewKey().Value;
        await sandbox.Control.AddFaultAsync(new { kind = "commit_then_reset", match = new { method = "POST", path = $"{Payments}/*/cancel" } }, Cancel);
        (await patient.Payments.CancelAsync(other.Id, cancel, Cancel)).ShouldBeUnknown(UnknownCause.ConnectionLost);
        (await patient.Payments.CancelAsync(other.Id, cancel, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.State.ShouldBe(PaymentState.Canceled);
    }

    private Task SetAsync(string kind, int? delayMs = null) =>
        sandbox.Control.AddFaultAsync(new { kind, delay_ms = delayMs, match = new { method = "POST", path = Payments } }, Cancel);

    private async Task OneChargeAsync(AttemptKey key)
    {
        var truth = await Truth.OfAsync(sandbox.Control, key, Cancel);
        (truth.Payments.Count, truth.Charges).ShouldBe((1, 1));
    }
}
