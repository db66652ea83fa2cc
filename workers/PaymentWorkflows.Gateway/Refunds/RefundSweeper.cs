using PaymentWorkflows.Activities.Refunds;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>Starts the workflows of refunds that a Gateway wrote and then could not start.</summary>
public sealed partial class RefundSweeper(IRefundStore store, RefundLauncher launcher, TimeProvider clock, ILogger<RefundSweeper> logger) : StartSweeper<StoredRefund>(clock)
{
    protected override Task<IReadOnlyList<StoredRefund>> TakeAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        store.TakeUnstartedAsync(before, leaseUntil, limit, cancellationToken);

    protected override async Task<bool> StartAsync(StoredRefund one, CancellationToken cancellationToken)
    {
        if (!await launcher.TryAsync(one, cancellationToken))
        {
            return false;
        }

        LogSwept(one.TransactionId.ToString(), one.WorkflowId);
        return true;
    }

    protected override void Failed(Exception fault) => LogFailed(fault);

    [LoggerMessage(42, LogLevel.Information, "A refund whose workflow had not been started was started ({TransactionId}, {WorkflowId})")]
    private partial void LogSwept(string transactionId, string workflowId);

    [LoggerMessage(43, LogLevel.Warning, "The sweep for unstarted refunds failed")]
    private partial void LogFailed(Exception fault);
}
