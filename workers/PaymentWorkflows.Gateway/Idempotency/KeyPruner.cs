using PaymentWorkflows.Activities.Idempotency;

namespace PaymentWorkflows.Gateway.Idempotency;

/// <summary>Forgets idempotency keys after the 30 days that callers are promised.</summary>
public sealed partial class KeyPruner(IIdempotencyStore store, TimeProvider clock, ILogger<KeyPruner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                LogPruned(await store.PruneAsync(clock.GetUtcNow() - Kept, stoppingToken));
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(fault);
            }
        }
    }

    [LoggerMessage(23, LogLevel.Information, "{Count} idempotency keys older than 30 days were forgotten")]
    private partial void LogPruned(int count);

    [LoggerMessage(24, LogLevel.Warning, "Old idempotency keys could not be forgotten; the next round comes in an hour")]
    private partial void LogFailed(Exception fault);
}
