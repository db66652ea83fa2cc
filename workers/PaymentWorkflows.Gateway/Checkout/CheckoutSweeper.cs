using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Telemetry;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Starts the workflows of checkouts that a Gateway wrote and then could not start.</summary>
public sealed partial class CheckoutSweeper(ICheckoutStore store, CheckoutLauncher launcher, TimeProvider clock, ILogger<CheckoutSweeper> logger) : StartSweeper<StoredCheckout>(clock)
{
    protected override Task<IReadOnlyList<StoredCheckout>> TakeAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        store.TakeUnstartedAsync(before, leaseUntil, limit, cancellationToken);

    protected override async Task<bool> StartAsync(StoredCheckout one, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("sweep checkout", traceParent: one.TraceParent);
        span?.SetTag(TelemetryNames.TransactionId, one.TransactionId.Value);
        if (!await launcher.TryAsync(one, cancellationToken))
        {
            return false;
        }

        LogSwept(one.TransactionId.ToString(), one.WorkflowId);
        return true;
    }

    protected override void Failed(Exception fault) => LogFailed(fault);

    [LoggerMessage(40, LogLevel.Information, "A checkout whose workflow had not been started was started ({TransactionId}, {WorkflowId})")]
    private partial void LogSwept(string transactionId, string workflowId);

    [LoggerMessage(41, LogLevel.Warning, "The sweep for unstarted checkouts failed")]
    private partial void LogFailed(Exception fault);
}
