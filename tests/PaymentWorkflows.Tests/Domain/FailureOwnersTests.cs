using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

/// <summary>Whose a failure is.</summary>
public class FailureOwnersTests
{
    [Theory]
    [InlineData("insufficient_funds", FailureOwner.Issuer)]
    [InlineData("stolen_card", FailureOwner.Issuer)]
    [InlineData("generic_decline", FailureOwner.Issuer)]
    [InlineData("a_code_nobody_knows", FailureOwner.Issuer)]
    [InlineData("incorrect_cvc", FailureOwner.Client)]
    [InlineData("payment_intent_authentication_failure", FailureOwner.Client)]
    [InlineData("payment_intent_payment_attempt_expired", FailureOwner.Client)]
    [InlineData("payment_method_customer_decline", FailureOwner.Client)]
    [InlineData("duplicate_transaction", FailureOwner.Client)]
    [InlineData("processing_error", FailureOwner.Provider)]
    [InlineData("payment_method_provider_timeout", FailureOwner.Provider)]
    [InlineData("merchant_blacklist", FailureOwner.Us)]
    public void A_refusal_has_an_owner(string code, FailureOwner owner) => FailureOwners.Of(DeclineCatalogue.Read(code, null, "No.")).ShouldBe(owner);

    [Fact]
    public void Every_code_of_the_catalogue_has_an_owner() =>
        DeclineCatalogue.Codes.ShouldAllBe(code => Enum.IsDefined(FailureOwners.Of(DeclineCatalogue.Read(code, null, ""))));

    [Fact]
    public void Every_cause_of_an_unknown_outcome_is_the_providers_but_for_our_own_death() =>
        Enum.GetValues<UnknownCause>().ToDictionary(cause => cause, cause => FailureOwners.Of(new MoneyVerdict.Unknown(cause, "")))
            .ShouldAllBe(one => one.Value == (one.Key == UnknownCause.Interrupted ? FailureOwner.Us : FailureOwner.Provider));

    [Fact]
    public void A_refused_request_is_ours_and_what_was_never_there_is_nobodys() =>
        Enum.GetValues<RefusalCause>().ToDictionary(cause => cause, cause => FailureOwners.Of(new MoneyVerdict.NotAttempted(cause, "", "")))
            .ShouldAllBe(one => one.Value == (one.Key == RefusalCause.Absent ? (FailureOwner?)null : FailureOwner.Us));

    [Theory]
    [InlineData(HoldReason.UnknownOutcome, FailureOwner.Provider)]
    [InlineData(HoldReason.CredentialsRefused, FailureOwner.Us)]
    [InlineData(HoldReason.RefundFailed, FailureOwner.Issuer)]
    [InlineData(HoldReason.Review, null)]
    public void A_hold_has_an_owner_when_something_failed(HoldReason reason, FailureOwner? owner) => FailureOwners.Of(reason).ShouldBe(owner);

    [Fact]
    public void Every_reason_has_been_decided_about() => Enum.GetValues<HoldReason>().ShouldAllBe(reason => FailureOwners.Of(reason) == null || Enum.IsDefined(FailureOwners.Of(reason)!.Value));
}
