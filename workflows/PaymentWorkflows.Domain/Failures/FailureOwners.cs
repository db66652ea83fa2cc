using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.Failures;

/// <summary>Names the owner of a failure. The codes are the provider's and the networks'; the split is this product's own reading.</summary>
public static class FailureOwners
{
    /// <summary>Refusals that the provider itself decided on, or that its own systems caused.</summary>
    private static readonly HashSet<string> OfProvider =
    [
        "processing_error", "partner_processing_error", "payment_method_provider_timeout", "payment_method_not_available", "highest_risk_level", "fraudulent",
        "partner_high_risk_customer", "compliance_violation",
    ];

    /// <summary>Refusals by a rule or a set-up of the merchant's own.</summary>
    private static readonly HashSet<string> OfUs = ["merchant_blacklist", "invalid_business_account", "currency_not_supported", "partner_invalid_currency", "partner_action_not_supported"];

    /// <summary>Refusals by what the customer or the app backend sent or did.</summary>
    private static readonly HashSet<string> OfClient = ["payment_method_customer_decline", "testmode_decline", "live_mode_test_card", "test_mode_live_card"];

    /// <summary>A refused payment.</summary>
    public static FailureOwner Of(Decline decline)
    {
        ArgumentNullException.ThrowIfNull(decline);
        if (OfProvider.Contains(decline.Code))
        {
            return FailureOwner.Provider;
        }

        if (OfUs.Contains(decline.Code))
        {
            return FailureOwner.Us;
        }

        return OfClient.Contains(decline.Code) || decline.TellsExpiry || decline.Category is DeclineCategory.FixData or DeclineCategory.Authenticate or DeclineCategory.CheckFirst
            ? FailureOwner.Client
            : FailureOwner.Issuer;
    }

    /// <summary>An attempt to move money; null when it is no failure.</summary>
    public static FailureOwner? Of(MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Match<FailureOwner?>(
            _ => null,
            declined => Of(declined.Decline),
            _ => null,
            refused => refused.Cause switch
            {
                RefusalCause.Credentials or RefusalCause.Request or RefusalCause.State => FailureOwner.Us,
                RefusalCause.Absent => null,
                _ => throw new ArgumentOutOfRangeException(nameof(verdict), refused.Cause, "A cause nobody has decided about."),
            },
            unknown => unknown.Cause == UnknownCause.Interrupted ? FailureOwner.Us : FailureOwner.Provider);
    }

    /// <summary>A refund that did not bring the customer the money, by its failure code (docs.stripe.com/refunds#failed-refunds, or ours).</summary>
    public static FailureOwner OfRefund(string code) => code switch
    {
        "lost_or_stolen_card" or "expired_or_canceled_card" or "charge_for_pending_refund_disputed" or "charge_disputed" or "declined" => FailureOwner.Issuer,
        "balance_insufficient" or "insufficient_funds" or "charge_already_refunded" or "charge_not_refundable" or "merchant_request"
            or "credentials_refused" or "evidence_refused" or "given_up" or "broken_rule" => FailureOwner.Us,
        _ => FailureOwner.Provider,
    };

    /// <summary>Something that waits for a person; null when nothing failed.</summary>
    public static FailureOwner? Of(HoldReason reason) => reason switch
    {
        HoldReason.UnknownOutcome or HoldReason.ProviderContradiction or HoldReason.CompensationFailed => FailureOwner.Provider,
        HoldReason.CredentialsRefused or HoldReason.RequestRefused or HoldReason.AmountChanged or HoldReason.DocumentRefused or HoldReason.BrokenRule => FailureOwner.Us,
        HoldReason.RefundFailed => FailureOwner.Issuer,
        HoldReason.Review => null,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason nobody has decided about."),
    };
}
