using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>What a checkout allows to be given back.</summary>
public sealed record RefundableCheckout
{
    public required CheckoutStatus Status { get; init; }

    /// <summary>What was taken.</summary>
    public required Money Captured { get; init; }

    /// <summary>What is given back, on its way back, or reserved for it.</summary>
    public required Money Reserved { get; init; }

    /// <summary>Whether the provider's payment is known.</summary>
    public required bool HasPayment { get; init; }

    /// <summary>When the money was taken (UTC).</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    /// <summary>The payment method's name, for people.</summary>
    public required string MethodName { get; init; }

    /// <summary>The payment method's traits; null for a checkout that is older than they are.</summary>
    public PaymentMethodTraits? Method { get; init; }

    /// <summary>What is left to refund.</summary>
    public Money Available => Reserved < Captured ? Captured - Reserved : Money.Zero(Captured.Currency);
}
