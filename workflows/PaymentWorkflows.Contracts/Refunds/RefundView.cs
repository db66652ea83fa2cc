using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>The state of a refund that its row keeps and its caller sees. Amounts in minor units of the checkout's currency.</summary>
public sealed record RefundView
{
    public required RefundStatus Status { get; init; }
    public required long Amount { get; init; }

    /// <summary>The tax within the amount.</summary>
    public long AmountTax { get; init; }

    /// <summary>Why it failed or was canceled.</summary>
    public RefundFailure? Failure { get; init; }

    public HeldView? Held { get; init; }
    public IReadOnlyList<RefundStepRecord> Steps { get; init; } = [];

    /// <summary>The provider's id of the refund (<c>re_...</c>).</summary>
    public string? ProviderRefundId { get; init; }

    /// <summary>Number of the business attempt, from 1; a person's retry after a failure is a new one.</summary>
    public int Attempt { get; init; } = 1;

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Grows with each change; a stale write never goes back.</summary>
    public int Revision { get; init; }
}

/// <summary>Why a refund failed.</summary>
/// <param name="Code">The provider's code, such as <c>lost_or_stolen_card</c>, or ours.</param>
/// <param name="Message">For people.</param>
public sealed record RefundFailure(string Code, string Message);

/// <summary>One step of a refund as people and callers see it.</summary>
public sealed record RefundStepRecord(RefundStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>How a refund ended.</summary>
public sealed record RefundResult(RefundId RefundId, TransactionId TransactionId, RefundView View);
