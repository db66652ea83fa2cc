using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// What became of one attempt to move money: the only return of every money activity. Closed: the five cases below are all there are,
/// and <see cref="Match"/> makes a new one fail to compile until each caller has decided about it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Succeeded), "succeeded")]
[JsonDerivedType(typeof(Declined), "declined")]
[JsonDerivedType(typeof(Pending), "pending")]
[JsonDerivedType(typeof(NotAttempted), "not_attempted")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record MoneyVerdict
{
    private MoneyVerdict()
    {
    }

    /// <summary>The provider's facts of the payment, whatever became of the attempt; null when it named none.</summary>
    [JsonIgnore]
    public ProviderPayment? Facts => Match(
        succeeded => succeeded.Payment,
        declined => declined.Payment,
        pending => pending.Payment,
        _ => null,
        unknown => unknown.Payment);

    /// <summary>Takes the branch of this verdict.</summary>
    public abstract T Match<T>(
        Func<Succeeded, T> succeeded,
        Func<Declined, T> declined,
        Func<Pending, T> pending,
        Func<NotAttempted, T> notAttempted,
        Func<Unknown, T> unknown);

    /// <summary>The provider did what was asked.</summary>
    /// <param name="Payment">The provider's facts afterwards.</param>
    public sealed record Succeeded(ProviderPayment Payment) : MoneyVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            succeeded(this);
    }

    /// <summary>The provider, the network or the issuer said no. No money moved. A business outcome, not an error.</summary>
    /// <param name="Decline">Why, and what helps.</param>
    /// <param name="Payment">The provider's facts, where an object exists.</param>
    public sealed record Declined(Decline Decline, ProviderPayment? Payment) : MoneyVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            declined(this);
    }

    /// <summary>The provider accepted it and the outcome is still to come, by itself or after the customer acted.</summary>
    /// <param name="Payment">The provider's facts.</param>
    /// <param name="Action">What the customer must do, or null when nothing.</param>
    public sealed record Pending(ProviderPayment Payment, NextAction? Action) : MoneyVerdict
    {
        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            pending(this);
    }

    /// <summary>Known not to have happened: no money moved, and it is safe to send again once the cause is gone.</summary>
    public sealed record NotAttempted(RefusalCause Cause, string Code, string Message) : MoneyVerdict
    {
        /// <summary>The code of credentials that were refused to a look-up: the question was not answered, so it says nothing of an earlier send.</summary>
        public const string LookUpRefused = "look_up_refused";

        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            notAttempted(this);
    }

    /// <summary>It may or may not have happened. Only evidence from the provider, or a person, turns this into another verdict; time never does.</summary>
    /// <param name="Cause">What kept us from learning it.</param>
    /// <param name="Message">For people.</param>
    public sealed record Unknown(UnknownCause Cause, string Message) : MoneyVerdict
    {
        /// <summary>The provider's facts, where it named a payment all the same.</summary>
        public ProviderPayment? Payment { get; init; }

        public override T Match<T>(Func<Succeeded, T> succeeded, Func<Declined, T> declined, Func<Pending, T> pending, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) =>
            unknown(this);
    }
}
