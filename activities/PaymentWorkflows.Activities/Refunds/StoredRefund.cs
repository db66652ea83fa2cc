using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>A refund's row: what it began with and where it stands.</summary>
public sealed record StoredRefund
{
    public required RefundId Id { get; init; }
    public required CheckoutId CheckoutId { get; init; }

    /// <summary>The checkout's.</summary>
    public required TransactionId TransactionId { get; init; }

    public required MerchantId Merchant { get; init; }
    public required CustomerId Customer { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>The workflow's input, placement and policies filled in.</summary>
    public required RefundInput Input { get; init; }

    public required RefundView View { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    public string WorkflowId => WorkflowIds.Refund(Id);
}

/// <summary>A refund to be written.</summary>
/// <param name="Input">The workflow's input, with its id.</param>
/// <param name="Defaults">What the deployment gives it.</param>
/// <param name="Now">The time of writing (UTC).</param>
public sealed record NewRefund(RefundInput Input, RefundDefaults Defaults, DateTimeOffset Now);

/// <summary>What a list of refunds is asked for; <see cref="StartingAfter"/> and <see cref="EndingBefore"/> exclude each other.</summary>
public sealed record RefundQuery
{
    public CheckoutId? Checkout { get; init; }
    public RefundStatus? Status { get; init; }

    /// <summary>Only held ones, or only those not held.</summary>
    public bool? Held { get; init; }

    public RefundId? StartingAfter { get; init; }
    public RefundId? EndingBefore { get; init; }

    /// <summary>1 to 100.</summary>
    public int Limit { get; init; } = 10;
}

/// <summary>A page, newest first.</summary>
public sealed record RefundPage(IReadOnlyList<StoredRefund> Data, bool HasMore);
