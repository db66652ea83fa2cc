using PaymentWorkflows.Activities.Refunds;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>Accepted means started: starts the workflows of refunds that a Gateway wrote and then could not start.</summary>
public sealed partial class RefundSweeper(IRefundStore store, RefundLauncher launcher, TimeProvider clock, ILogger<RefundSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private const int Page = 50;

    /// <summary>One round; returns how many were started.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var started = 0;
        foreach (var refund in await store.TakeUnstartedAsync(now - Age, now + Lease, Page, cancellationToken))
        {
            if (await launcher.TryAsync(refund, cancellationToken))
            {
                LogSwept(refund.TransactionId.ToString(), refund.WorkflowId);
                started++;
            }
        }

        return started;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, the next round must come: this is what keeps accepted refunds from being lost.
                LogFailed(fault);
            }
        }
    }

    [LoggerMessage(42, LogLevel.Information, "A refund whose workflow had not been started was started ({TransactionId}, {WorkflowId})")]
    private partial void LogSwept(string transactionId, string workflowId);

    [LoggerMessage(43, LogLevel.Warning, "The sweep for unstarted refunds failed")]
    private partial void LogFailed(Exception fault);
}
