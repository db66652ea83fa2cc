using PaymentWorkflows.Activities.Idempotency;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>What came of writing a checkout. Closed.</summary>
public abstract record CreateCheckoutOutcome
{
    private CreateCheckoutOutcome()
    {
    }

    /// <summary>A new business attempt was written.</summary>
    public sealed record Created(StoredCheckout Checkout) : CreateCheckoutOutcome;

    /// <summary>The same content is being or has been paid, or this idempotency key's dead owner had written it: this is it.</summary>
    public sealed record Existing(StoredCheckout Checkout) : CreateCheckoutOutcome;

    /// <summary>The order exists with other content.</summary>
    public sealed record OtherContent(StoredCheckout Checkout) : CreateCheckoutOutcome;

    /// <summary>The idempotency key was not granted; nothing was written.</summary>
    public sealed record KeyRefused(KeyOutcome Outcome) : CreateCheckoutOutcome;
}
