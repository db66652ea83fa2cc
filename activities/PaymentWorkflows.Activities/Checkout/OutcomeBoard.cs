using System.Data.Common;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>
/// The waiters of this process, in memory. News without a view makes the waiters read the row, and as a last resort (a lost
/// notification) each reads it at every poll.
/// </summary>
/// <param name="read">Reads the checkout's view from its row; null when there is none.</param>
/// <param name="clock">The time.</param>
/// <param name="poll">How often a waiter reads the row unasked; 500 ms when left out.</param>
public sealed class OutcomeBoard(Func<CheckoutId, CancellationToken, Task<CheckoutView?>> read, TimeProvider clock, TimeSpan? poll = null) : IOutcomeBoard
{
    private readonly TimeSpan poll = poll ?? TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly Dictionary<CheckoutId, List<OutcomeWaiter>> waiters = [];

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

    public Task<CheckoutView?> WaitAsync(CheckoutId id, Func<CheckoutView, bool> until, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(until);
        var waiter = new OutcomeWaiter(until);
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

    public void Announce(CheckoutId id, CheckoutView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (var waiter in Waiters(id))
        {
            waiter.Offer(view);
        }
    }

    public void AnnounceChanged(CheckoutId id)
    {
        foreach (var waiter in Waiters(id))
        {
            waiter.Nudge();
        }
    }

    private OutcomeWaiter[] Waiters(CheckoutId id)
    {
        lock (gate)
        {
            return waiters.TryGetValue(id, out var list) ? [.. list] : [];
        }
    }

    private async Task<CheckoutView?> FollowAsync(CheckoutId id, OutcomeWaiter waiter, TimeSpan timeout, CancellationToken cancellationToken)
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

    private async Task<CheckoutView?> ReadAsync(CheckoutId id, CancellationToken cancellationToken)
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

    private void Leave(CheckoutId id, OutcomeWaiter waiter)
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
