using System.Data.Common;
using PaymentWorkflows.Activities.Refunds;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>
/// Starts the workflow of a durable refund. A start that fails is no error of the request: the row is written, and the sweeper starts what
/// is left.
/// </summary>
public sealed partial class RefundLauncher(IRefundStarter starter, IRefundStore store, TimeProvider clock, ILogger<RefundLauncher> logger)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    /// <summary>One try; true when the workflow runs.</summary>
    public async Task<bool> TryAsync(StoredRefund refund, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(refund);
        using var late = new CancellationTokenSource(LongestStart, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await starter.StartAsync(refund, stop.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(fault, refund.TransactionId.ToString(), refund.WorkflowId);
            return false;
        }

        try
        {
            await store.MarkStartedAsync(refund.Id, clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            // The sweeper will start it a second time, which meets the first.
            LogNotMarked(fault, refund.TransactionId.ToString(), refund.WorkflowId);
        }

        return true;
    }

    [LoggerMessage(33, LogLevel.Warning, "A refund's workflow could not be started now; the sweeper will ({TransactionId}, {WorkflowId})")]
    private partial void LogNotStarted(Exception fault, string transactionId, string workflowId);

    [LoggerMessage(34, LogLevel.Warning, "A refund's started workflow could not be noted ({TransactionId}, {WorkflowId})")]
    private partial void LogNotMarked(Exception fault, string transactionId, string workflowId);
}
