using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Ledger;

/// <summary>A business event that changes the books. Closed; <see cref="PostingRules"/> turns each into an entry.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(PaymentCaptured), "payment_captured")]
[JsonDerivedType(typeof(CaptureReversed), "capture_reversed")]
public abstract record LedgerFact
{
    private LedgerFact(string reference, DateTimeOffset occurredAt)
    {
        Reference = reference;
        OccurredAt = occurredAt;
    }

    /// <summary>The business reference, unique for ever.</summary>
    public string Reference { get; }

    /// <summary>When it happened (UTC).</summary>
    public DateTimeOffset OccurredAt { get; }

    /// <summary>A provider took money for us.</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Provider">The adapter's name.</param>
    /// <param name="Gross">What the customer paid.</param>
    /// <param name="Fee">What the provider keeps of it; null while it has not said, then the gross amount is booked.</param>
    public sealed record PaymentCaptured(string Reference, DateTimeOffset OccurredAt, string Provider, Money Gross, Money? Fee)
        : LedgerFact(Reference, OccurredAt)
    {
        /// <summary>The tax within the gross amount; null when there is none.</summary>
        public Money? Tax { get; init; }
    }

    /// <summary>A capture was given back because its checkout was undone. The provider keeps its fee.</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Provider">The adapter's name.</param>
    /// <param name="Amount">What the customer got back.</param>
    public sealed record CaptureReversed(string Reference, DateTimeOffset OccurredAt, string Provider, Money Amount)
        : LedgerFact(Reference, OccurredAt)
    {
        /// <summary>The tax within the amount; null when there is none.</summary>
        public Money? Tax { get; init; }
    }
}
