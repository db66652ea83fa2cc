namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// Keeps a backlog from hammering an ERP that is down: after a few failures in a row only one call at a time still reaches it, now and
/// then, and the first that gets through lets all others go again. Who is turned away comes back after a quarter of the time that the ERP
/// has been away, so that a backlog is drained soon after a short outage and costs little during a long one. One per process.
/// </summary>
/// <param name="clock">The process's clock.</param>
/// <param name="chance">Spreads those who come back.</param>
public sealed class ErpBreaker(TimeProvider clock, Random chance)
{
    private const int FailuresToOpen = 3;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private DateTimeOffset failingSince;
    private DateTimeOffset nextProbe;
    private int failures;
    private bool probing;

    /// <summary>Whether calls are turned away.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return failures >= FailuresToOpen;
            }
        }
    }

    /// <summary>Calls the ERP, unless it is known to be down.</summary>
    /// <exception cref="ErpUnavailableException">It is down; the exception says when to come back.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var isProbe = Enter();
        try
        {
            var result = await call();
            Close();
            return result;
        }
        catch (ErpUnavailableException down)
        {
            throw new ErpUnavailableException(down.Message, Later(Fail(), down.RetryAfter), down);
        }
        finally
        {
            Leave(isProbe);
        }
    }

    private bool Enter()
    {
        lock (gate)
        {
            if (failures < FailuresToOpen)
            {
                return false;
            }

            if (probing || clock.GetUtcNow() < nextProbe)
            {
                throw new ErpUnavailableException("The ERP does not work; others are looking whether it does again.", Wait());
            }

            return probing = true;
        }
    }

    private void Close()
    {
        lock (gate)
        {
            failures = 0;
        }
    }

    private TimeSpan Fail()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            failingSince = failures == 0 ? now : failingSince;
            failures = Math.Min(failures + 1, FailuresToOpen);
            nextProbe = now + Clamp((now - failingSince) / 8, ShortestWait / 2, LongestPause);
            return Wait();
        }
    }

    private void Leave(bool isProbe)
    {
        if (isProbe)
        {
            lock (gate)
            {
                probing = false;
            }
        }
    }

    /// <summary>A quarter of the outage so far, a fifth more or less.</summary>
    private TimeSpan Wait() => Clamp((clock.GetUtcNow() - failingSince) / 4, ShortestWait, LongestWait) * (0.8 + (0.4 * chance.NextDouble()));

    private static TimeSpan Later(TimeSpan ours, TimeSpan? theirs) => theirs is { } asked && asked > ours ? Clamp(asked, ours, LongestWait) : ours;

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
