using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>
/// One step forward of a refund, written in one transaction: the row's new state, what its checkout has given back and reserved, the
/// ledger entries, and the message to the app backend.
/// </summary>
public sealed record RefundRecord : ITraced
{
    public required RefundId RefundId { get; init; }
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required RefundView View { get; init; }

    /// <summary>What changes the books; the store knows which part takes back the sale and its tax.</summary>
    public IReadOnlyList<LedgerFact> Facts { get; init; } = [];

    /// <summary>The message's type, such as <c>refund.succeeded</c>; null when nobody needs to be told.</summary>
    public string? Notice { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>What the row holds after a write; another step than the written one when the row had moved on, as with a checkout.</summary>
/// <param name="Status">The row's status.</param>
/// <param name="Revision">The row's revision.</param>
public sealed record RefundRecorded(RefundStatus Status, int Revision)
{
    /// <summary>See <see cref="RefundView.AmountOfSale"/>.</summary>
    public long AmountOfSale { get; init; }

    public long AmountTax { get; init; }
    public IReadOnlyList<TaxShare> Taxes { get; init; } = [];
}
