using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Webhooks;

namespace PaymentWorkflows.Sandbox.Time;

/// <summary>Looks ten times a second whether something has become due, so that events go out without a request.</summary>
internal sealed class DueJobService(SandboxState state, SandboxOptions options, DeliveryService deliveries, ILogger<DueJobService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), state.Clock.Machine);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down.
        }
    }

    private void Look()
    {
        try
        {
            IReadOnlyList<Delivery> made;
            lock (state.Gate)
            {
                made = JobRunner.RunDue(state, options.Sends);
            }

            deliveries.Enqueue(made);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            SandboxLog.JobsFailed(logger, failure);
        }
    }
}
