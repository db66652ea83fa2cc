using PaymentWorkflows.Domain;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Reviews;

/// <summary>The step that decides whether a person must look at a payment before its money is taken.</summary>
public interface IReviewActivities
{
    /// <summary>Evaluates the deployment's rules. Moves nothing; may be called again at any time.</summary>
    [Activity("evaluate_review")]
    Task<ReviewResult> EvaluateAsync(ReviewRequest request);
}

/// <summary>What the rules look at.</summary>
public sealed record ReviewRequest : ITraced
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required CustomerId Customer { get; init; }
    public required Money Amount { get; init; }

    /// <summary>The payment method's name.</summary>
    public required string Method { get; init; }

    /// <summary>The customer's country (ISO 3166-1 alpha-2); null when it is not known.</summary>
    public string? Country { get; init; }

    /// <summary>The provider's own judgement, such as <c>normal</c>, <c>elevated</c> or <c>highest</c>; null when it gives none.</summary>
    public string? RiskLevel { get; init; }

    /// <summary>The provider's name of the card, the same for each use of it; null for other methods.</summary>
    public string? CardFingerprint { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>What the rules said.</summary>
/// <param name="Rules">The names of the rules that want a person to look; empty when the payment may go on.</param>
/// <param name="Message">For that person; empty when the payment may go on.</param>
public sealed record ReviewResult(IReadOnlyList<string> Rules, string Message);
