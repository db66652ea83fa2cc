using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>Asks how a checkout's refunds stand.</summary>
/// <param name="CheckoutId">The checkout.</param>
/// <param name="TransactionId">The id through all systems.</param>
public sealed record RefundTotalsRequest(CheckoutId CheckoutId, TransactionId TransactionId) : ITraced
{
    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>How a checkout's refunds stand, in minor units of its currency.</summary>
/// <param name="Status">The checkout's status.</param>
/// <param name="Captured">What was taken.</param>
/// <param name="Reserved">What this product's refunds gave back, have on its way, or reserved.</param>
/// <param name="Refunded">What they gave back.</param>
/// <param name="Booked">What they took back of the sale in the books.</param>
public sealed record RefundTotals(CheckoutStatus Status, long Captured, long Reserved, long Refunded, long Booked)
{
    /// <summary>What of the reserved the customer got past the provider (<c>bank:REFERENCE</c>): the provider never saw it.</summary>
    public long PaidOutside { get; init; }

    /// <summary>What went back at the provider by other ways than this product's refunds, as far as the row knows.</summary>
    public long RefundedOutside { get; init; }

    /// <summary>The checkout's tax as it stands; null when there is none.</summary>
    public CheckoutTax? Tax { get; init; }

    /// <summary>What the checkout's customer pays.</summary>
    public long Amount { get; init; }

    /// <summary>Whether the step that commits the tax was left out by a person.</summary>
    public bool TaxSkipped { get; init; }

    /// <summary>Whether the ERP has the checkout's invoice.</summary>
    public bool HasInvoice { get; init; }

    /// <summary>Whether somebody has begun to post it; the ERP may have it by now.</summary>
    public bool InvoiceBegun { get; init; }

    /// <summary>Whether the ERP is still to get it.</summary>
    public bool InvoicePending { get; init; }
}
