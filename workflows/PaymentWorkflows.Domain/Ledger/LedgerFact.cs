using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Domain.Ledger;

/// <summary>A business event that changes the books. Closed; <see cref="PostingRules"/> turns each into an entry.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(PaymentCaptured), "payment_captured")]
[JsonDerivedType(typeof(LatePaymentReceived), "late_payment_received")]
[JsonDerivedType(typeof(RefundIssued), "refund_issued")]
[JsonDerivedType(typeof(RefundReturned), "refund_returned")]
[JsonDerivedType(typeof(RefundPaidOutside), "refund_paid_outside")]
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
        /// <summary>The tax within the gross amount, by jurisdiction.</summary>
        public IReadOnlyList<TaxShare> Taxes { get; init; } = [];
    }

    /// <summary>A provider took money for a checkout that had ended: it is owed to the customer.</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Provider">The adapter's name.</param>
    /// <param name="Gross">What the customer paid.</param>
    /// <param name="Fee">What the provider keeps of it; null while it has not said.</param>
    public sealed record LatePaymentReceived(string Reference, DateTimeOffset OccurredAt, string Provider, Money Gross, Money? Fee)
        : LedgerFact(Reference, OccurredAt);

    /// <summary>A provider gave money back for us. It keeps its fee.</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Provider">The adapter's name.</param>
    /// <param name="Amount">What the customer got back.</param>
    public sealed record RefundIssued(string Reference, DateTimeOffset OccurredAt, string Provider, Money Amount)
        : LedgerFact(Reference, OccurredAt)
    {
        /// <summary>The tax within the amount, by jurisdiction.</summary>
        public IReadOnlyList<TaxShare> Taxes { get; init; } = [];

        /// <summary>
        /// Whether it pays what is booked as owed to the customer already (<see cref="LatePaymentReceived"/>, <see cref="RefundReturned"/>):
        /// sales and taxes are not touched again.
        /// </summary>
        public bool OfPayable { get; init; }
    }

    /// <summary>A refund that had succeeded failed: the provider has the money again, and it is still owed to the customer.</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Provider">The adapter's name.</param>
    /// <param name="Amount">What came back.</param>
    public sealed record RefundReturned(string Reference, DateTimeOffset OccurredAt, string Provider, Money Amount)
        : LedgerFact(Reference, OccurredAt);

    /// <summary>The customer got by another way what a failed refund owed (a bank transfer by hand).</summary>
    /// <param name="Reference">The business reference.</param>
    /// <param name="OccurredAt">When (UTC).</param>
    /// <param name="Amount">What was paid.</param>
    public sealed record RefundPaidOutside(string Reference, DateTimeOffset OccurredAt, Money Amount)
        : LedgerFact(Reference, OccurredAt)
    {
        /// <summary>Whether it pays what is booked as owed; otherwise it takes back the sale as <see cref="RefundIssued"/> does.</summary>
        public bool OfPayable { get; init; } = true;

        /// <summary>The tax within the amount, by jurisdiction; none where it pays what is owed.</summary>
        public IReadOnlyList<TaxShare> Taxes { get; init; } = [];
    }
}
