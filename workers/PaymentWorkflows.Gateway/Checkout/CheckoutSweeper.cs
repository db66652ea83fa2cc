using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Telemetry;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Accepted means started: starts the workflows of checkouts that a Gateway wrote and then could not start.</summary>
public sealed partial class CheckoutSweeper(ICheckoutStore store, CheckoutLauncher launcher, TimeProvider clock, ILogger<CheckoutSweeper> logger) : BackgroundService
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
        foreach (var checkout in await store.TakeUnstartedAsync(now - Age, now + Lease, Page, cancellationToken))
        {
            using var span = Spans.Start("sweep checkout", traceParent: checkout.TraceParent);
            span?.SetTag(TelemetryNames.TransactionId, checkout.TransactionId.Value);
            if (await launcher.TryAsync(checkout, cancellationToken))
            {
                LogSwept(checkout.TransactionId.ToString(), checkout.WorkflowId);
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
                // Whatever it was, the next round must come: this is what keeps accepted checkouts from being lost.
                LogFailed(fault);
            }
        }
    }

    [LoggerMessage(40, LogLevel.Information, "A checkout whose workflow had not been started was started ({TransactionId}, {WorkflowId})")]
    private partial void LogSwept(string transactionId, string workflowId);

    [LoggerMessage(41, LogLevel.Warning, "The sweep for unstarted checkouts failed")]
    private partial void LogFailed(Exception fault);
}
