using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.Sandbox.Cards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Every declining test card (docs.stripe.com/testing) as the adapter's verdict: code, category and advice.</summary>
public sealed class DeclineTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);

    public static TheoryData<string, string, DeclineCategory, string> Cards => new()
    {
        { "pm_card_visa_chargeDeclined", "generic_decline", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_visa_chargeDeclinedLostCard", "lost_card", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_visa_chargeDeclinedStolenCard", "stolen_card", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_chargeDeclinedExpiredCard", "expired_card", DeclineCategory.FixData, "confirm_card_data" },
        { "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", DeclineCategory.FixData, "confirm_card_data" },
        { "pm_card_chargeDeclinedProcessingError", "processing_error", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_visa_chargeDeclinedFraudulent", "fraudulent", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_chargeCustomerFail", "generic_decline", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_visa_chargeCustomerFailLostCard", "lost_card", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_visa_chargeCustomerFailStolenCard", "stolen_card", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_radarBlock", "fraudulent", DeclineCategory.Hard, "use_another_method" },
        { "pm_card_threeDSecureRequiredProcessingError", "generic_decline", DeclineCategory.Soft, "try_again_later" },
        { "pm_card_decline_incorrect_number", "incorrect_number", DeclineCategory.FixData, "confirm_card_data" },
        { "pm_card_decline_authentication_required", "authentication_required", DeclineCategory.Authenticate, "authenticate" },
        { "pm_card_decline_duplicate_transaction", "duplicate_transaction", DeclineCategory.CheckFirst, "check_first" },
    };

    public static TheoryData<string> AllDeclines => [.. Declines.All.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => adapter.Dispose();

    [Theory]
    [MemberData(nameof(Cards))]
    public async Task A_declining_card_is_declined_with_code_category_and_advice(string card, string code, DeclineCategory category, string advice)
    {
        var request = Orders.Pay(card);
        var declined = (await adapter.Payments.SendAsync(request, Cancel)).ShouldBeOfType<MoneyVerdict.Declined>();
        (declined.Decline.Code, declined.Decline.Category, declined.Decline.Advice).ShouldBe((code, category, advice));
        var payment = declined.Payment.ShouldNotBeNull();
        (payment.State, payment.Captured, payment.Capturable, payment.AttemptKey).ShouldBe((PaymentState.Open, Orders.Eur(0), Orders.Eur(0), request.Key.Value));

        // A look at the payment tells the same, and no charge took money.
        var read = (await adapter.Payments.ReadAsync(payment.Id, Cancel)).ShouldBeOfType<MoneyVerdict.Declined>();
        read.Decline.ShouldBe(declined.Decline);
        (await Truth.OfAsync(sandbox.Control, request.Key, Cancel)).Charges.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(AllDeclines))]
    public async Task Each_decline_code_of_the_provider_is_a_decline_of_that_code(string code)
    {
        var declined = (await adapter.Payments.SendAsync(Orders.Pay($"pm_card_decline_{code}"), Cancel)).ShouldBeOfType<MoneyVerdict.Declined>();
        declined.Decline.Code.ShouldBe(code);
        declined.Decline.Message.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("fraudulent")]
    [InlineData("merchant_blacklist")]
    [InlineData("pickup_card")]
    [InlineData("highest_risk_level")]
    public async Task What_the_customer_must_not_learn_is_not_in_the_message(string code)
    {
        var declined = (await adapter.Payments.SendAsync(Orders.Pay($"pm_card_decline_{code}"), Cancel)).ShouldBeOfType<MoneyVerdict.Declined>();
        declined.Decline.Message.ShouldBe("Your card was declined.");
    }

    [Fact]
    public void Every_code_that_the_provider_declines_with_has_a_category()
    {
        // try_again_later and the like may be soft by default; a code that is not in the table at all was never thought about.
        Declines.All.Keys.Except(DeclineCatalogue.Codes).ShouldBeEmpty();
    }
}
