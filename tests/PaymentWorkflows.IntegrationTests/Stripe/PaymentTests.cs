using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>The life of a payment through the adapter, against the sandbox over HTTP.</summary>
public sealed class PaymentTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => adapter.Dispose();

    [Fact]
    public async Task A_payment_taken_at_once_is_captured_with_its_fee()
    {
        var request = Orders.Pay();
        var payment = (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (payment.Provider, payment.State, payment.Amount, payment.Captured, payment.Capturable)
            .ShouldBe(("stripe", PaymentState.Captured, Orders.Eur(12_050), Orders.Eur(12_050), Orders.Eur(0)));
        payment.AttemptKey.ShouldBe(request.Key.Value);
        payment.ChargeId.ShouldNotBeNull().ShouldStartWith("ch_");
        payment.Fee.ShouldNotBeNull().Minor.ShouldBeGreaterThan(0);
        payment.CaptureBefore.ShouldBeNull();
    }

    [Theory]
    [InlineData(12_050)]
    [InlineData(5_000)]
    public async Task A_reservation_is_captured_in_full_or_in_part_and_the_rest_is_released(long minor)
    {
        var reserved = await ReserveAsync();
        (reserved.State, reserved.Capturable, reserved.Captured, reserved.Fee).ShouldBe((PaymentState.Authorized, Orders.Eur(12_050), Orders.Eur(0), null));
        reserved.CaptureBefore.ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(6));

        var captured = (await adapter.Payments.SendAsync(Orders.Capture(reserved.Id, Orders.Eur(minor)), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (captured.Id, captured.State, captured.Amount, captured.Captured, captured.Capturable)
            .ShouldBe((reserved.Id, PaymentState.Captured, Orders.Eur(12_050), Orders.Eur(minor), Orders.Eur(0)));
        captured.Fee.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_second_capture_and_one_that_is_too_large_are_refused_by_the_state()
    {
        var reserved = await ReserveAsync();
        (await adapter.Payments.SendAsync(Orders.Capture(reserved.Id, Orders.Eur(12_051)), Cancel)).ShouldBeRefused(RefusalCause.State, "amount_too_large");
        await adapter.Payments.SendAsync(Orders.Capture(reserved.Id, Orders.Eur(12_050)), Cancel);
        (await adapter.Payments.SendAsync(Orders.Capture(reserved.Id, Orders.Eur(12_050)), Cancel)).ShouldBeRefused(RefusalCause.State, "charge_already_captured");
    }

    [Fact]
    public async Task A_canceled_reservation_ends_without_money_and_cannot_be_canceled_again()
    {
        var reserved = await ReserveAsync();
        var canceled = (await adapter.Payments.CancelAsync(reserved.Id, Orders.NewKey().Value, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (canceled.State, canceled.Capturable, canceled.Captured).ShouldBe((PaymentState.Canceled, Orders.Eur(0), Orders.Eur(0)));
        (await adapter.Payments.CancelAsync(reserved.Id, Orders.NewKey().Value, Cancel)).ShouldBeRefused(RefusalCause.State, "payment_intent_unexpected_state");
    }

    [Fact]
    public async Task A_captured_payment_is_refunded_in_parts_until_nothing_is_left()
    {
        var paid = await PayAsync();
        var part = Orders.Refund(paid.Id, Orders.Eur(4_000));
        var first = (await adapter.Payments.SendAsync(part, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        (first.Id, first.Refunded, first.Captured, first.AttemptKey).ShouldBe((paid.Id, Orders.Eur(4_000), Orders.Eur(12_050), part.Key.Value));
        first.RefundId.ShouldNotBeNull().ShouldStartWith("re_");

        var second = (await adapter.Payments.SendAsync(Orders.Refund(paid.Id, Orders.Eur(8_050)), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        second.RefundId.ShouldNotBe(first.RefundId);
        (await adapter.Payments.ReadAsync(paid.Id, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Refunded.ShouldBe(Orders.Eur(12_050));
        (await adapter.Payments.SendAsync(Orders.Refund(paid.Id, Orders.Eur(1)), Cancel)).ShouldBeRefused(RefusalCause.State, "charge_already_refunded");
    }

    [Fact]
    public async Task A_refund_is_found_among_others_by_its_attempt_key()
    {
        var paid = await PayAsync();
        var (mine, other) = (Orders.Refund(paid.Id, Orders.Eur(1_000)), Orders.Refund(paid.Id, Orders.Eur(2_000)));
        await adapter.Payments.SendAsync(mine, Cancel);
        await adapter.Payments.SendAsync(other, Cancel);
        (await adapter.Payments.FindRefundAsync(paid.Id, mine.Key, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Refunded.ShouldBe(Orders.Eur(1_000));
        (await adapter.Payments.FindRefundAsync(paid.Id, Orders.NewKey(), Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
    }

    [Fact]
    public async Task A_refund_is_found_on_a_later_page_of_the_list()
    {
        var paid = await PayAsync();
        var first = Orders.Refund(paid.Id, Orders.Eur(50));
        await adapter.Payments.SendAsync(first, Cancel);
        for (var index = 0; index < 101; index++)
        {
            (await sandbox.Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=1")).Status.ShouldBe(200);
        }

        (await adapter.Payments.FindRefundAsync(paid.Id, first.Key, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Refunded.ShouldBe(Orders.Eur(50));
    }

    [Fact]
    public async Task A_refund_that_fails_later_is_found_as_failed_and_a_pending_one_becomes_final()
    {
        var failing = Orders.Refund((await PayAsync("pm_card_refundFail")).Id, Orders.Eur(1_000));
        var pending = Orders.Refund((await PayAsync("pm_card_pendingRefund")).Id, Orders.Eur(1_000));
        (await adapter.Payments.SendAsync(failing, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await adapter.Payments.SendAsync(pending, Cancel)).ShouldBeOfType<MoneyVerdict.Pending>().Action.ShouldBeNull();

        await sandbox.Control.AdvanceAsync(TimeSpan.FromMinutes(1), Cancel);
        (await adapter.Payments.FindRefundAsync(failing.PaymentId, failing.Key, Cancel)).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.State);
        (await adapter.Payments.FindRefundAsync(pending.PaymentId, pending.Key, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
    }

    [Fact]
    public async Task A_payment_is_read_by_id_and_found_by_attempt_key()
    {
        var request = Orders.Pay();
        var paid = (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await adapter.Payments.ReadAsync(paid.Payment.Id, Cancel)).ShouldBe(paid);
        (await adapter.Payments.FindAsync(request.Key, Cancel)).ShouldBe(paid);
    }

    [Fact]
    public async Task What_does_not_exist_is_absent_for_a_look_up_and_a_wrong_request_for_an_act()
    {
        (await adapter.Payments.ReadAsync("pi_none", Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
        (await adapter.Payments.FindAsync(Orders.NewKey(), Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
        (await adapter.Payments.FindAsync(AttemptKey.Parse("it's \\ quoted"), Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
        (await adapter.Payments.SendAsync(Orders.Capture("pi_none", Orders.Eur(1)), Cancel)).ShouldBeRefused(RefusalCause.Request, "resource_missing");
        (await adapter.Payments.SendAsync(Orders.Refund("pi_none", Orders.Eur(1)), Cancel)).ShouldBeRefused(RefusalCause.Request, "resource_missing");
    }

    [Theory]
    [InlineData("approve", PaymentState.Captured)]
    [InlineData("fail", PaymentState.Open)]
    public async Task A_payment_that_needs_3D_Secure_waits_with_the_page_to_send_the_customer_to(string act, PaymentState after)
    {
        var request = Orders.Pay("pm_card_authenticationRequired") with { ReturnUrl = "https://shop.example/back" };
        var pending = (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Pending>();
        (pending.Payment.State, pending.Payment.Captured, pending.Action!.Type).ShouldBe((PaymentState.RequiresAction, Orders.Eur(0), "three_d_secure"));

        using var page = await sandbox.Raw.Http.PostAsync(new Uri(pending.Action.Url + "/" + act), null, Cancel);
        var read = await adapter.Payments.ReadAsync(pending.Payment.Id, Cancel);
        var (payment, decline) = read.Match(
            succeeded => (succeeded.Payment, null), declined => (declined.Payment!, declined.Decline), still => (still.Payment, null), _ => (null!, null), _ => ((ProviderPayment, Decline?))(null!, null));
        payment.State.ShouldBe(after);
        decline?.Category.ShouldBe(DeclineCategory.Authenticate);
        (decline is null).ShouldBe(act == "approve");
    }

    [Fact]
    public async Task Without_a_page_to_come_back_to_the_customer_is_left_to_the_providers_script()
    {
        var pending = (await adapter.Payments.SendAsync(Orders.Pay("pm_card_authenticationRequired"), Cancel)).ShouldBeOfType<MoneyVerdict.Pending>();
        pending.Action.ShouldBe(new NextAction("three_d_secure", null, null, null));
    }

    [Theory]
    [InlineData("jpy", 12_050, 12_050)]
    [InlineData("kwd", 12_050, 12_050)]
    [InlineData("huf", 12_000, 12_000)]
    public async Task Amounts_reach_the_provider_in_its_own_minor_units(string currency, long minor, long sent)
    {
        var request = Orders.Pay(amount: new Money(minor, Currency.Parse(currency)));
        (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment.Captured.ShouldBe(request.Amount);
        var truth = await Truth.OfAsync(sandbox.Control, request.Key, Cancel);
        ((long)truth.Payments.Single()["amount"]!).ShouldBe(sent);
    }

    [Fact]
    public async Task An_amount_that_the_provider_cannot_express_is_never_sent()
    {
        var request = Orders.Pay(amount: new Money(12_051, Currency.Parse("kwd")));
        (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeRefused(RefusalCause.Request, "amount_not_representable");
        (await adapter.Payments.SendAsync(Orders.Capture("pi_1", request.Amount), Cancel)).ShouldBeRefused(RefusalCause.Request, "amount_not_representable");
        (await adapter.Payments.SendAsync(Orders.Refund("pi_1", request.Amount), Cancel)).ShouldBeRefused(RefusalCause.Request, "amount_not_representable");
        (await Truth.OfAsync(sandbox.Control, request.Key, Cancel)).Requests.ShouldBeEmpty();
    }

    private async Task<ProviderPayment> ReserveAsync() =>
        (await adapter.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;

    private async Task<ProviderPayment> PayAsync(string token = "pm_card_visa") =>
        (await adapter.Payments.SendAsync(Orders.Pay(token), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
}
