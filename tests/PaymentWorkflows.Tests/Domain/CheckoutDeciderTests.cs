using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

public class CheckoutDeciderTests
{
    private static readonly Gen<Currency> Currencies = Gen.OneOf("eur", "usd", "jpy").Select(code => Currency.Parse(code));
    private static readonly Gen<Money> Amounts = Gen.Select(Gen.Long[0, 3], Currencies, (minor, currency) => new Money(minor * 100, currency));

    private static readonly Gen<ProviderPayment> Payments = Gen.Select(Amounts, Amounts, Amounts, Gen.Enum<PaymentState>(), (amount, capturable, captured, state) =>
        new ProviderPayment { Provider = "stripe", Id = "pi_1", State = state, Amount = amount, Capturable = capturable with { Currency = amount.Currency }, Captured = captured with { Currency = amount.Currency } });

    [Fact]
    public void Success_is_believed_only_when_amount_currency_and_state_are_what_was_asked_for() =>
        Gen.Select(Amounts, Gen.Bool, Payments).Sample((expected, atOnce, payment) =>
        {
            var decision = CheckoutDecider.AfterPayment(expected, atOnce, new MoneyVerdict.Succeeded(payment));
            var right = payment.Amount == expected && (atOnce
                ? payment.State == PaymentState.Captured && payment.Captured == expected
                : payment.State == PaymentState.Authorized && payment.Capturable == expected);
            if (payment.State == PaymentState.Canceled && payment.Amount == expected)
            {
                decision.ShouldBeOfType<PaymentDecision.Ended>();
            }
            else if (right)
            {
                (atOnce ? decision is PaymentDecision.Captured : decision is PaymentDecision.Authorized).ShouldBeTrue();
            }
            else
            {
                decision.ShouldBeOfType<PaymentDecision.Hold>().Reason.ShouldBe(HoldReason.ProviderContradiction);
            }
        });

    [Fact]
    public void A_capture_is_believed_only_when_it_took_what_was_asked_for() =>
        Gen.Select(Amounts, Payments).Sample((asked, payment) =>
        {
            var decision = CheckoutDecider.AfterCapture(asked, new MoneyVerdict.Succeeded(payment));
            var right = payment.State == PaymentState.Captured && payment.Captured == asked;
            var ended = payment.State == PaymentState.Canceled && payment.Captured.Minor == 0;
            (decision is PaymentDecision.Captured).ShouldBe(right);
            (decision is PaymentDecision.Ended).ShouldBe(ended);
            (decision is PaymentDecision.Hold { Reason: HoldReason.ProviderContradiction }).ShouldBe(!right && !ended);
            (AnswerCheck.OfNewAuthorization(asked, true, new MoneyVerdict.Succeeded(payment)) is MoneyVerdict.Succeeded { Payment.State: PaymentState.Canceled }).ShouldBeFalse();
        });

    [Fact]
    public void An_answer_that_contradicts_the_request_is_unknown_and_names_the_payment() =>
        Gen.Select(Amounts, Gen.Bool, Payments).Sample((asked, atOnce, payment) =>
        {
            var answer = new MoneyVerdict.Succeeded(payment);
            var seen = AnswerCheck.OfAuthorization(asked, atOnce, answer);
            (seen == answer || seen is MoneyVerdict.Unknown { Cause: UnknownCause.Contradiction, Payment.Id: "pi_1" }).ShouldBeTrue();
            AnswerCheck.OfAuthorization(asked, atOnce, seen).ShouldBe(seen);
        });

    [Fact]
    public void An_unknown_outcome_is_never_guessed() =>
        Gen.Select(Amounts, Gen.Bool, Gen.Enum<UnknownCause>()).Sample((expected, atOnce, cause) =>
        {
            var decision = CheckoutDecider.AfterPayment(expected, atOnce, new MoneyVerdict.Unknown(cause, "?"));
            (cause == UnknownCause.Contradiction ? decision is PaymentDecision.Hold { Reason: HoldReason.ProviderContradiction } : decision is PaymentDecision.Resolve)
                .ShouldBeTrue();
        });

    [Theory]
    [InlineData(RefusalCause.Credentials, HoldReason.CredentialsRefused)]
    [InlineData(RefusalCause.Request, HoldReason.RequestRefused)]
    [InlineData(RefusalCause.State, HoldReason.ProviderContradiction)]
    public void A_refusal_that_a_retry_cannot_cure_waits_for_a_person(RefusalCause cause, HoldReason reason) =>
        CheckoutDecider.AfterPayment(new Money(1, Currency.Parse("eur")), true, new MoneyVerdict.NotAttempted(cause, "code", "message"))
            .ShouldBeOfType<PaymentDecision.Hold>().Reason.ShouldBe(reason);

    [Fact]
    public void What_provably_never_happened_is_sent_again() =>
        CheckoutDecider.AfterPayment(new Money(1, Currency.Parse("eur")), true, new MoneyVerdict.NotAttempted(RefusalCause.Absent, "code", "message"))
            .ShouldBeOfType<PaymentDecision.SendAgain>();

    [Fact]
    public void A_price_is_the_sum_of_its_lines_and_nothing_else() =>
        Gen.Select(Gen.Int[1, 50], Gen.Long[0, 5_000]).Array[1, 20].Sample(rows =>
        {
            var lines = rows.Select(row => new CheckoutLine("sku", "text", row.Item1, row.Item2, null)).ToArray();
            var sum = rows.Sum(row => row.Item1 * row.Item2);
            if (sum is >= 1 and <= Pricing.MaxMinor)
            {
                Pricing.Price(lines, Currency.Parse("eur")).Minor.ShouldBe(sum);
            }
            else
            {
                Should.Throw<PricingException>(() => Pricing.Price(lines, Currency.Parse("eur")));
            }
        });

    [Theory]
    [InlineData(0, 100, "lines[0].quantity")]
    [InlineData(1, -1, "lines[0].unit_amount")]
    [InlineData(int.MaxValue, long.MaxValue, "lines")]
    public void A_price_that_cannot_be_is_refused_with_its_field(int quantity, long unit, string field) =>
        Should.Throw<PricingException>(() => Pricing.Price([new CheckoutLine("s", "d", quantity, unit, null)], Currency.Parse("eur"))).Field.ShouldBe(field);

    [Theory]
    [InlineData("insufficient_funds", null, DeclineCategory.Soft, "try_again_later")]
    [InlineData("stolen_card", null, DeclineCategory.Hard, "use_another_method")]
    [InlineData("incorrect_cvc", null, DeclineCategory.FixData, "confirm_card_data")]
    [InlineData("insufficient_funds", "do_not_try_again", DeclineCategory.Hard, "use_another_method")]
    [InlineData("never_heard_of", null, DeclineCategory.Soft, "try_again_later")]
    [InlineData("duplicate_transaction", null, DeclineCategory.CheckFirst, "check_first")]
    public void A_decline_says_whether_the_card_can_work_and_the_networks_advice_wins(string code, string? network, DeclineCategory category, string advice)
    {
        var decline = DeclineCatalogue.Read(code, network, "Sorry.");
        decline.Category.ShouldBe(category);
        decline.Advice.ShouldBe(advice);
    }

    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("fraudulent")]
    [InlineData("merchant_blacklist")]
    public void A_customer_is_not_told_of_theft_or_fraud(string code) =>
        DeclineCatalogue.Read(code, null, "Your card was reported stolen.").Message.ShouldBe("Your card was declined.");

    [Fact]
    public void Every_known_decline_code_is_in_one_category_only() => DeclineCatalogue.Codes.ShouldBeUnique();
}
