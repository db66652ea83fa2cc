using System.Data.Common;

namespace PaymentWorkflows.Activities;

/// <summary>
/// The waiters of this process, in memory. News without a view makes the waiters read the row, and as a last resort (a lost
/// notification) each reads it at every poll.
/// </summary>
/// <typeparam name="TId">Names what is waited for.</typeparam>
/// <typeparam name="TView">Its state.</typeparam>
/// <param name="read">Reads the view from its row; null when there is none.</param>
/// <param name="clock">The time.</param>
/// <param name="poll">How often a waiter reads the row unasked; 500 ms when left out.</param>
public abstract class NewsBoard<TId, TView>(Func<TId, CancellationToken, Task<TView?>> read, TimeProvider clock, TimeSpan? poll)
    where TId : struct
    where TView : class
{
    private readonly TimeSpan poll = poll ?? TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly Dictionary<TId, List<NewsWaiter<TView>>> waiters = [];

    /// <summary>How many callers wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiters.Values.Sum(list => list.Count);
            }
        }
    }

    /// <summary>
    /// Waits until a view satisfies <paramref name="until"/>. The waiter is registered before the method returns its task, so news brought
    /// after the call is never missed. Gives null when the time ran out or the token was cancelled: whoever waits reads the row in any case.
    /// </summary>
    public Task<TView?> WaitAsync(TId id, Func<TView, bool> until, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(until);
        var waiter = new NewsWaiter<TView>(until);
        lock (gate)
        {
            if (waiters.TryGetValue(id, out var list))
            {
                list.Add(waiter);
            }
            else
            {
                waiters.Add(id, [waiter]);
            }
        }

        return FollowAsync(id, waiter, timeout, cancellationToken);
    }

    /// <summary>News from this process: the view that was just made durable.</summary>
    public void Announce(TId id, TView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (var waiter in Waiters(id))
        {
            waiter.Offer(view);
        }
    }

    /// <summary>News from another process: the row changed, whoever waits reads it.</summary>
    public void AnnounceChanged(TId id)
    {
        foreach (var waiter in Waiters(id))
        {
            waiter.Nudge();
        }
    }

    private NewsWaiter<TView>[] Waiters(TId id)
    {
        lock (gate)
        {
            return waiters.TryGetValue(id, out var list) ? [.. list] : [];
        }
    }

    private async Task<TView?> FollowAsync(TId id, NewsWaiter<TView> waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (true)
            {
                await waiter.NewsAsync(poll, clock, stop.Token);
                if (waiter.Satisfied is { } satisfied)
                {
                    return satisfied;
                }

                if (await ReadAsync(id, stop.Token) is { } row)
                {
                    waiter.Offer(row);
                }

                if (waiter.Satisfied is { } found)
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return waiter.Satisfied;
        }
        finally
        {
            Leave(id, waiter);
        }
    }

    private async Task<TView?> ReadAsync(TId id, CancellationToken cancellationToken)
    {
        try
        {
            return await read(id, cancellationToken);
        }
        catch (Exception unreachable) when (unreachable is DbException or TimeoutException)
        {
            // The row is only a second source here; the next poll tries again, and the wait has its own end.
            return null;
        }
    }

    private void Leave(TId id, NewsWaiter<TView> waiter)
    {
        lock (gate)
        {
            var list = waiters[id];
            list.Remove(waiter);
            if (list.Count == 0)
            {
                waiters.Remove(id);
            }
        }
    }
}
