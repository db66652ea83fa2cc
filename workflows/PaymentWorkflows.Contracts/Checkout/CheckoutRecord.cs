using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>
/// One step forward of a checkout, written in one transaction: the row's new state, the ledger entries of what happened, and the
/// message to the app backend.
/// </summary>
public sealed record CheckoutRecord : ITraced
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required CheckoutView View { get; init; }

    /// <summary>What changes the books; each is booked once for its reference.</summary>
    public IReadOnlyList<LedgerFact> Facts { get; init; } = [];

    /// <summary>Minor units that went back by other ways than this product's refunds: by a person at the provider.</summary>
    public long RefundedOutside { get; init; }

    /// <summary>The message's type, such as <c>checkout.completed</c>; null when nobody needs to be told.</summary>
    public string? Notice { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;

    MerchantId? ITraced.OfMerchant => Merchant;

    CheckoutId? ITraced.OfCheckout => CheckoutId;
}

/// <summary>
/// What the row holds after a write. It is another step than the written one when the row had moved on: by a workflow task whose
/// completion was lost, so that its steps were run, and are now run again.
/// </summary>
/// <param name="Status">The row's status.</param>
/// <param name="Revision">The row's revision.</param>
public sealed record CheckoutRecorded(CheckoutStatus Status, int Revision);
