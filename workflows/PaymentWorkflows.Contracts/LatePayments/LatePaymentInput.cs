using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.LatePayments;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Contracts.LatePayments;

/// <summary>A payment that a provider tells of after its checkout had ended without money. Its workflow id is <see cref="WorkflowIds.LatePayment"/>.</summary>
public sealed record LatePaymentInput : ITraced
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }

    /// <summary>The provider's id of the payment.</summary>
    public required string PaymentId { get; init; }

    public required Placement Placement { get; init; }

    /// <summary>Deadlines of the refund that it leads to.</summary>
    public required RefundPolicies Policies { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Where a late payment stands.</summary>
public sealed record LatePaymentView
{
    public required LatePaymentStatus Status { get; init; }

    /// <summary>What the customer paid; null while it is not known.</summary>
    public Money? Amount { get; init; }

    /// <summary>The refund that gives it back; null before.</summary>
    public RefundId? Refund { get; init; }
}

/// <summary>Write late money into the row of its checkout and into the books, in one transaction.</summary>
public sealed record LatePaymentRecord : ITraced
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>The provider's facts: what it took, and what it has given back already.</summary>
    public required ProviderPayment Payment { get; init; }

    /// <summary>What changes the books.</summary>
    public required IReadOnlyList<LedgerFact> Facts { get; init; }

    /// <summary>The row is another payment's: only the books change.</summary>
    public bool Beside { get; init; }

    /// <summary>
    /// Minor units that the provider has given back of it in all, by whomever; what of it the books do not have is booked after the facts. Null
    /// books nothing more.
    /// </summary>
    public long? ReturnedInAll { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>What late money turned out to be.</summary>
/// <param name="Beside">The checkout had taken its money by another payment: the customer has paid twice.</param>
public sealed record LatePaymentRecorded(bool Beside)
{
    /// <summary>Minor units of a second payment that a person paid back another way already.</summary>
    public long PaidOutside { get; init; }
}
