using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>
/// What a refund starts with. The id names the workflow (<see cref="WorkflowIds.Refund"/>). When no row exists under the id the first
/// step reserves the amount and writes it; the Gateway has written it already.
/// </summary>
public sealed record RefundInput : ITraced
{
    public required RefundId RefundId { get; init; }

    /// <summary>What is given back.</summary>
    public required CheckoutId CheckoutId { get; init; }

    /// <summary>Whose checkout it is, for a fair share of the task queues; null when the caller does not know. The row decides everything else.</summary>
    public MerchantId? Merchant { get; init; }

    /// <summary>Minor units of the checkout's currency; null gives back all that is left.</summary>
    public long? Amount { get; init; }

    /// <summary>The payment's currency, where the provider took another than the checkout's; null is the checkout's. Only a saga's child has one.</summary>
    public Currency? Currency { get; init; }

    public RefundReason Reason { get; init; }

    /// <summary>Who wants it. Only a saga's child is anything but a merchant's: a refund that anybody else starts counts as one.</summary>
    public RefundOrigin Origin { get; init; }

    /// <summary>
    /// A person's evidence that the customer has the money already (<c>re_...</c> or <c>bank:REFERENCE</c>): nothing is sent, it is checked
    /// and booked. Only a saga's child has one; anybody else's is not heeded.
    /// </summary>
    public string? Evidence { get; init; }

    /// <summary>The caller's own notes; copied to the provider's object.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The checkout's, once it is known.</summary>
    public TransactionId? TransactionId { get; init; }

    public Placement? Placement { get; init; }

    public RefundPolicies? Policies { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Deadlines of one refund, fixed when it starts.</summary>
/// <param name="UnknownDeadline">How long an unknown outcome is looked up before a person is asked.</param>
/// <param name="HoldDeadline">How long a hold may wait before it is overdue.</param>
public sealed record RefundPolicies(TimeSpan UnknownDeadline, TimeSpan HoldDeadline)
{
    /// <summary>Whether a credit note goes to an ERP; taken from the checkout, whose invoice it corrects.</summary>
    public bool Erp { get; init; }
}
