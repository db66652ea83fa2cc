using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>Where callers of this process wait for news of a refund, and where news is brought; as <see cref="Checkout.IOutcomeBoard"/>.</summary>
public interface IRefundBoard
{
    /// <inheritdoc cref="Checkout.IOutcomeBoard.WaitAsync"/>
    Task<RefundView?> WaitAsync(RefundId id, Func<RefundView, bool> until, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>News from this process: the view that was just made durable.</summary>
    void Announce(RefundId id, RefundView view);

    /// <summary>News from another process: the row changed, whoever waits reads it.</summary>
    void AnnounceChanged(RefundId id);
}

/// <inheritdoc cref="NewsBoard{TId, TView}"/>
public sealed class RefundBoard(Func<RefundId, CancellationToken, Task<RefundView?>> read, TimeProvider clock, TimeSpan? poll = null)
    : NewsBoard<RefundId, RefundView>(read, clock, poll), IRefundBoard;
