using System.Threading.Channels;
using Npgsql;

namespace PaymentWorkflows.Postgres.Batching;

/// <summary>
/// Turns concurrent single writes into few set-based ones: whatever waits is written together, with no delay of its own, and each caller
/// goes on after the commit. When a batch fails for one item's sake, its halves are written, and theirs, so that no caller fails for another.
/// </summary>
/// <typeparam name="TItem">What is written.</typeparam>
/// <typeparam name="TResult">What a caller gets back.</typeparam>
internal sealed class BatchWriter<TItem, TResult> : IAsyncDisposable
{
    private const int LargestBatch = 500;
    private const int DeadlockTries = 5;

    private readonly Channel<Waiting> queue = Channel.CreateUnbounded<Waiting>();
    private readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write;
    private readonly Func<TItem, string> identity;
    private readonly Task[] loops;

    /// <param name="write">Writes the items in one transaction; gives a result for each, in their order.</param>
    /// <param name="identity">Items of the same identity never share a batch.</param>
    /// <param name="writers">How many batches may be under way at once.</param>
    public BatchWriter(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write, Func<TItem, string> identity, int writers = 2)
    {
        this.write = write;
        this.identity = identity;
        loops = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(LoopAsync))];
    }

    /// <summary>Writes an item; returns after its commit. Cancelling stops the waiting, not the writing.</summary>
    public async Task<TResult> WriteAsync(TItem item, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(item, new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        await queue.Writer.WriteAsync(waiting, cancellationToken);
        return await waiting.Done.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await Task.WhenAll(loops);
    }

    private async Task LoopAsync()
    {
        var batch = new List<Waiting>();
        var identities = new HashSet<string>(StringComparer.Ordinal);
        Waiting? held = null;
        while (held is not null || await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            identities.Clear();
            if (held is not null)
            {
                identities.Add(identity(held.Item));
                batch.Add(held);
                held = null;
            }

            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var next))
            {
                if (!identities.Add(identity(next.Item)))
                {
                    held = next;
                    break;
                }

                batch.Add(next);
            }

            if (batch.Count > 0)
            {
                await WriteBatchAsync(batch);
            }
        }
    }

    private async Task WriteBatchAsync(IReadOnlyList<Waiting> batch)
    {
        try
        {
            var results = await WithDeadlockRetryAsync([.. batch.Select(one => one.Item)]);
            for (var index = 0; index < batch.Count; index++)
            {
                batch[index].Done.SetResult(results[index]);
            }
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            // The server refused the whole: nothing of it was written. Halving finds whose fault it was in a few writes, however large
            // the batch; in order, so that of two that exclude each other the first wins.
            var half = batch.Count / 2;
            await WriteBatchAsync([.. batch.Take(half)]);
            await WriteBatchAsync([.. batch.Skip(half)]);
        }
        catch (Exception failure)
        {
            // Includes a connection lost during commit: the outcome is open, every write here can be repeated, so the callers do.
            foreach (var one in batch)
            {
                one.Done.TrySetException(failure);
            }
        }
    }

    private async Task<IReadOnlyList<TResult>> WithDeadlockRetryAsync(IReadOnlyList<TItem> items)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await write(items);
            }
            catch (PostgresException conflict) when (tries < DeadlockTries && conflict.SqlState is SqlStates.DeadlockDetected or SqlStates.SerializationFailure)
            {
                // The other side of the deadlock went through; the next try meets its result.
            }
        }
    }

    private sealed record Waiting(TItem Item, TaskCompletionSource<TResult> Done);
}
