namespace PaymentWorkflows.Gateway;

/// <summary>Accepted means started: each second it starts the workflows of rows that a Gateway wrote and then could not start.</summary>
/// <typeparam name="T">What is to be started.</typeparam>
public abstract class StartSweeper<T>(TimeProvider clock) : BackgroundService
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
        foreach (var one in await TakeAsync(now - Age, now + Lease, Page, cancellationToken))
        {
            started += await StartAsync(one, cancellationToken) ? 1 : 0;
        }

        return started;
    }

    /// <summary>Rows that were written before a moment and that nobody has seen start, leased to this caller.</summary>
    protected abstract Task<IReadOnlyList<T>> TakeAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);

    /// <summary>One try; true when the workflow runs.</summary>
    protected abstract Task<bool> StartAsync(T one, CancellationToken cancellationToken);

    /// <summary>A round could not be finished.</summary>
    protected abstract void Failed(Exception fault);

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
                // Whatever it was, the next round must come: this is what keeps what was accepted from being lost.
                Failed(fault);
            }
        }
    }
}
