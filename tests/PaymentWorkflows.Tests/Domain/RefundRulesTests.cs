using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Refunds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

/// <summary>What may be given back of a checkout, and what whoever asks is told otherwise.</summary>
public class RefundRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);
    private static readonly Currency Euro = Currency.Parse("eur");

    [Theory]
    [InlineData(null, 600)]
    [InlineData(1L, 1)]
    [InlineData(600L, 600)]
    public void What_is_left_can_be_refunded_in_whole_or_in_part(long? asked, long granted) =>
        RefundRules.Check(Checkout(), RefundOrigin.Merchant, asked, Now).ShouldBe(new RefundAllowance.Granted(new Money(granted, Euro)));

    [Theory]
    [InlineData(601L)]
    [InlineData(long.MaxValue)]
    public void More_than_is_left_is_refused_with_what_is_left(long asked)
    {
        var problem = Refusal(Checkout(), asked);
        (problem.Kind, problem.Available).ShouldBe((RefundProblemKind.TooLarge, 600));
    }

    [Fact]
    public void Nothing_is_left_when_all_is_reserved_and_never_less_than_nothing()
    {
        Refusal(Checkout() with { Reserved = Of(1000) }).Kind.ShouldBe(RefundProblemKind.TooLarge);
        Refusal(Checkout() with { Reserved = Of(1200) }, 1).Available.ShouldBe(0);
    }

    [Theory]
    [InlineData(CheckoutStatus.RequiresCapture, 0, "requires_capture")]
    [InlineData(CheckoutStatus.Declined, 0, "declined")]
    [InlineData(CheckoutStatus.Processing, 1000, "processing")]
    public void Before_its_money_is_taken_a_checkout_has_nothing_to_refund(CheckoutStatus status, long captured, string told)
    {
        var problem = Refusal(Checkout() with { Status = status, Captured = Of(captured), Reserved = Of(0) });
        problem.Kind.ShouldBe(RefundProblemKind.NotCaptured);
        problem.Message.ShouldContain(told);
    }

    [Fact]
    public void A_checkout_that_undoes_itself_need_not_have_ended() =>
        RefundRules.Check(Checkout() with { Status = CheckoutStatus.Processing }, RefundOrigin.Compensation, 600, Now).ShouldBeOfType<RefundAllowance.Granted>();

    [Fact]
    public void A_method_without_refunds_gives_nothing_back() =>
        Refusal(Checkout() with { Method = Method(null) }).Kind.ShouldBe(RefundProblemKind.NoRefunds);

    [Fact]
    public void The_window_of_a_method_closes()
    {
        var method = Method(new RefundTraits(Partial: true, TimeSpan.FromDays(90)));
        RefundRules.Check(Checkout() with { Method = method, CapturedAt = Now.AddDays(-90) }, RefundOrigin.Merchant, 1, Now).ShouldBeOfType<RefundAllowance.Granted>();
        Refusal(Checkout() with { Method = method, CapturedAt = Now.AddDays(-90).AddSeconds(-1) }, 1).Kind.ShouldBe(RefundProblemKind.TooLate);
    }

    [Fact]
    public void A_method_that_refunds_in_full_only_takes_no_part()
    {
        var all = Checkout() with { Method = Method(new RefundTraits(Partial: false, TimeSpan.FromDays(90))), Reserved = Of(0) };
        Refusal(all, 999).Kind.ShouldBe(RefundProblemKind.NotInPart);
        RefundRules.Check(all, RefundOrigin.Merchant, null, Now).ShouldBe(new RefundAllowance.Granted(Of(1000)));
    }

    [Fact]
    public void Money_that_came_too_late_goes_back_whatever_the_method_allows_but_never_more_than_is_there()
    {
        var late = Checkout() with { Status = CheckoutStatus.Expired, Method = Method(null), Reserved = Of(0) };
        RefundRules.Check(late, RefundOrigin.LatePayment, null, Now).ShouldBe(new RefundAllowance.Granted(Of(1000)));
        Refusal(late).Kind.ShouldBe(RefundProblemKind.NoRefunds);
        RefundRules.Check(late, RefundOrigin.LatePayment, 1001, Now).ShouldBeOfType<RefundAllowance.Refused>().Problem.Kind.ShouldBe(RefundProblemKind.TooLarge);
    }

    [Theory]
    [InlineData(CheckoutStatus.Completed, RefundOrigin.Merchant, true, false)]
    [InlineData(CheckoutStatus.Failed, RefundOrigin.Merchant, true, false)]
    [InlineData(CheckoutStatus.Processing, RefundOrigin.Compensation, false, false)]
    [InlineData(CheckoutStatus.Canceled, RefundOrigin.Merchant, true, false)]
    [InlineData(CheckoutStatus.Canceled, RefundOrigin.Compensation, true, false)]
    [InlineData(CheckoutStatus.Canceled, RefundOrigin.Merchant, false, true)]
    [InlineData(CheckoutStatus.Expired, RefundOrigin.Merchant, false, true)]
    [InlineData(CheckoutStatus.Expired, RefundOrigin.LatePayment, false, true)]
    public void Only_money_without_a_sale_pays_what_is_owed(CheckoutStatus status, RefundOrigin origin, bool sold, bool ofPayable) =>
        RefundRules.IsOfPayable(status, origin, sold).ShouldBe(ofPayable);

    private static RefundProblem Refusal(RefundableCheckout checkout, long? amount = null) =>
        RefundRules.Check(checkout, RefundOrigin.Merchant, amount, Now).ShouldBeOfType<RefundAllowance.Refused>().Problem;

    private static Money Of(long minor) => new(minor, Euro);

    private static RefundableCheckout Checkout() => new()
    {
        Status = CheckoutStatus.Completed,
        Captured = Of(1000),
        Reserved = Of(400),
        HasPayment = true,
        CapturedAt = Now.AddDays(-1),
        MethodName = "card",
    };

    private static PaymentMethodTraits Method(RefundTraits? refunds) => new()
    {
        Flow = PaymentFlow.Card,
        Outcome = OutcomeSource.Answer,
        Expiry = TimeSpan.FromMinutes(30),
        CanAuthorize = true,
        Refunds = refunds,
        Providers = [],
    };
}
