using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Contracts.Payments;

/// <summary>What every money step names.</summary>
public abstract record MoneyRequest : ITraced
{
    /// <summary>The idempotency key of this business attempt.</summary>
    public required AttemptKey Key { get; init; }

    public required TransactionId TransactionId { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>The provider's id that a person gave as evidence; checked, never believed.</summary>
    public string? Evidence { get; init; }

    /// <summary>The payment that the provider's latest event named; checked, never believed. A read by id is never behind, a search may be.</summary>
    public string? SeenPaymentId { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Reserve the money, or take it at once.</summary>
public sealed record AuthorizeRequest : MoneyRequest
{
    public required CheckoutId CheckoutId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required OrderId Order { get; init; }
    public required Money Amount { get; init; }
    public required string PaymentMethodType { get; init; }
    public string? PaymentMethodToken { get; init; }

    /// <summary>A code that the customer typed, for methods that want one.</summary>
    public string? PaymentMethodCode { get; init; }

    /// <summary>How the provider calls the method and what it wants; null asks by <see cref="PaymentMethodType"/> and token alone.</summary>
    public ProviderMethod? Method { get; init; }

    /// <summary>How long the customer may take; null where the method has no expiry at the provider.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Whose name, e-mail and tax id the method may want; read where they are kept.</summary>
    public CustomerId? Customer { get; init; }

    /// <summary>The attempt whose refused request this one replaces; null for a first request. It must be known to have moved nothing.</summary>
    public AttemptKey? Replaces { get; init; }

    /// <summary>Take the money in the same call.</summary>
    public required bool CaptureAtOnce { get; init; }
    public string? ReturnUrl { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Take reserved money.</summary>
public sealed record CaptureRequest : MoneyRequest
{
    public required string PaymentId { get; init; }
    public required Money Amount { get; init; }
}

/// <summary>
/// Take a payment back: a reservation is canceled, captured money is left for a refund. The attempt that made it is named so that a
/// payment whose answer never arrived is found.
/// </summary>
public sealed record UndoRequest : MoneyRequest
{
    /// <summary>The provider's id, when it is known.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The key of the attempt that is taken back.</summary>
    public required AttemptKey OriginalKey { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Give captured money back. Evidence is the provider's id of the refund.</summary>
public sealed record RefundRequest : MoneyRequest
{
    /// <summary>The provider's id of the payment.</summary>
    public required string PaymentId { get; init; }

    public required Money Amount { get; init; }
    public RefundReason Reason { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Read a refund as it is now.</summary>
/// <param name="ProviderRefundId">The provider's id of the refund.</param>
/// <param name="TransactionId">The id through all systems.</param>
public sealed record ReadRefundRequest(string ProviderRefundId, TransactionId TransactionId) : ITraced
{
    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Read a payment as it is now.</summary>
/// <param name="PaymentId">The provider's id.</param>
/// <param name="TransactionId">The id through all systems.</param>
public sealed record ReadPaymentRequest(string PaymentId, TransactionId TransactionId) : ITraced
{
    TransactionId? ITraced.Transaction => TransactionId;
}
