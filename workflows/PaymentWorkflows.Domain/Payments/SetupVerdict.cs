using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// What became of one attempt to keep a payment method for later payments. No money moves, so no case carries an amount. Closed, as
/// <see cref="MoneyVerdict"/> is: <see cref="Match"/> makes a new case fail to compile until each caller has decided about it.
/// Source of the states: docs.stripe.com/payments/paymentintents/lifecycle (a SetupIntent has the same ones).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Succeeded), "succeeded")]
[JsonDerivedType(typeof(Declined), "declined")]
[JsonDerivedType(typeof(Pending), "pending")]
[JsonDerivedType(typeof(NotAttempted), "not_attempted")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record SetupVerdict
{
    private SetupVerdict()
    {
    }

    /// <summary>Takes the branch of this verdict.</summary>
    public abstract T Match<T>(
        Func<Succeeded, T> succeeded,
        Func<Declined, T> declined,
        Func<Pending, T> pending,
        Func<NotAttempted, T> notAttempted,
        Func<Unknown, T> unknown);

    /// <summary>The payment method belongs to the customer and may be charged while the customer is away.</summary>
    /// <param name="SetupId">The provider's id of the set-up (<c>seti_...</c>).</param>
    /// <param name="PaymentMethodId">The provider's id of the payment method to charge later (<c>pm_...</c>).</param>
    public sealed record Succeeded(string SetupId, string PaymentMethodId) : SetupVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            succeeded(this);
    }

    /// <summary>The provider, the network or the issuer said no. A business outcome, not an error.</summary>
    /// <param name="Decline">Why, and what helps.</param>
    /// <param name="SetupId">The provider's id, where an object exists.</param>
    public sealed record Declined(Decline Decline, string? SetupId) : SetupVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            declined(this);
    }

    /// <summary>The provider accepted it and the outcome is still to come, by itself or after the customer acted.</summary>
    /// <param name="SetupId">The provider's id.</param>
    /// <param name="Action">What the customer must do, or null when nothing.</param>
    public sealed record Pending(string SetupId, NextAction? Action) : SetupVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            pending(this);
    }

    /// <summary>Known not to have happened: safe to send again once the cause is gone.</summary>
    public sealed record NotAttempted(RefusalCause Cause, string Code, string Message) : SetupVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            notAttempted(this);
    }

    /// <summary>It may or may not have happened; only evidence from the provider turns this into another verdict.</summary>
    public sealed record Unknown(UnknownCause Cause, string Message) : SetupVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            unknown(this);
    }
}
