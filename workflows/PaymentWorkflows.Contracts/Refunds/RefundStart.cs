using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>What the first step found or wrote: the refund's row, with its amount reserved, and what it needs of its checkout.</summary>
public sealed record RefundStart
{
    public required RefundId RefundId { get; init; }
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required OrderId Order { get; init; }
    public required CustomerId Customer { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>The customer's country, for the search attribute; null when it is not known.</summary>
    public string? Region { get; init; }

    /// <summary>The payment at its provider.</summary>
    public required PaymentReference Payment { get; init; }

    /// <summary>Whether a tax engine computed the checkout's tax, so that it must hear of the refund.</summary>
    public bool IsTaxed { get; init; }

    public required Placement Placement { get; init; }
    public required RefundPolicies Policies { get; init; }

    /// <summary>The row's projection as it stands.</summary>
    public required RefundView View { get; init; }
}
