using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>A person's evidence that a customer got the money of a refund that this product could not make.</summary>
public sealed record RefundEvidence : ITraced
{
    public required RefundId RefundId { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>The provider's id of the payment.</summary>
    public required string PaymentId { get; init; }

    public required Money Amount { get; init; }

    /// <summary>The provider's id of a refund that a person made there.</summary>
    public required string Evidence { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Codes that sagas branch on, the same for every provider.</summary>
public static class RefundCodes
{
    /// <summary>The text is not what this provider calls a refund.</summary>
    public const string NotTheProviders = "not_the_providers";
}
