namespace PaymentWorkflows.Stripe;

/// <summary>The events of Stripe that this product has use for.</summary>
public static class StripeEvents
{
    /// <summary>
    /// The types that the webhook endpoint should be sent (Stripe's <c>enabled_events</c>): each that a saga may wait for, and
    /// <c>charge.succeeded</c>, which alone tells of money that came after its payment had ended. What comes beyond them is kept and ignored.
    /// </summary>
    public static IReadOnlyList<string> Wanted { get; } =
    [
        "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.amount_capturable_updated",
        "payment_intent.processing", "charge.succeeded", "charge.expired", "refund.created", "refund.updated", "refund.failed",
    ];
}
