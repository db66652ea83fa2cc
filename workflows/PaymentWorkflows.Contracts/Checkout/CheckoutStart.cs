using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>What the first step is given.</summary>
public sealed record BeginCheckout : ITraced
{
    public required CheckoutInput Input { get; init; }

    /// <summary>The id of the row, where a caller without the Gateway has none: made by the workflow, so that the step writes one row however often it runs.</summary>
    public required CheckoutId NewCheckoutId { get; init; }

    /// <summary>The id through all systems, where the caller brought none.</summary>
    public required TransactionId NewTransactionId { get; init; }

    TransactionId? ITraced.Transaction => Input.TransactionId ?? NewTransactionId;

    MerchantId? ITraced.OfMerchant => Input.Merchant;

    CheckoutId? ITraced.OfCheckout => Input.CheckoutId ?? NewCheckoutId;
}

/// <summary>What the first step found or wrote: the row of this business attempt.</summary>
public sealed record CheckoutStart
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>Number of this business attempt at the order, from 1; part of every idempotency key.</summary>
    public required int Attempt { get; init; }

    public required Placement Placement { get; init; }
    public required CheckoutPolicies Policies { get; init; }

    /// <summary>The payment method's traits as the row keeps them; null for a row that is older than they are.</summary>
    public PaymentMethodTraits? Method { get; init; }

    /// <summary>The row's projection as it stands: a run that meets a finished checkout answers from it instead of paying again.</summary>
    public required CheckoutView View { get; init; }
}
