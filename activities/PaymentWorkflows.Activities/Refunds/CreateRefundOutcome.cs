using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>What came of reserving a refund. Closed.</summary>
public abstract record CreateRefundOutcome
{
    private CreateRefundOutcome()
    {
    }

    /// <summary>Its amount is reserved and its row written.</summary>
    public sealed record Created(StoredRefund Refund) : CreateRefundOutcome;

    /// <summary>A row of this id exists, or this idempotency key's dead owner had written one: this is it.</summary>
    public sealed record Existing(StoredRefund Refund) : CreateRefundOutcome;

    /// <summary>It cannot be made; nothing was written.</summary>
    public sealed record Refused(RefundProblem Problem) : CreateRefundOutcome;

    /// <summary>There is no such checkout.</summary>
    public sealed record NoCheckout : CreateRefundOutcome;

    /// <summary>The idempotency key was not granted; nothing was written.</summary>
    public sealed record KeyRefused(KeyOutcome Outcome) : CreateRefundOutcome;
}
