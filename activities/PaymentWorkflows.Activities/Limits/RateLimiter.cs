using System.Collections.Concurrent;
using PaymentWorkflows.Activities.Payments;

namespace PaymentWorkflows.Activities.Limits;

/// <summary>
/// Keeps the calls of all processes together under a provider's limits. A process takes tokens in small handfuls, so that most calls ask
/// nobody; what it does not use in a second is gone. Calls of a lower priority leave a part of each bucket to those that go first.
/// </summary>
/// <param name="buckets">The shared buckets.</param>
/// <param name="provider">Who is called, for the failure.</param>
/// <param name="patience">How long a call waits here before it is sent back to be tried again later.</param>
public sealed class RateLimiter(IRateBuckets buckets, string provider, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan HandfulOf = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HandfulLife = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Bucket, CallPriority Priority), Handful> hands = [];

    /// <summary>Waits for a token of each bucket.</summary>
    /// <exception cref="ProviderBusyException">None came free in time; nothing was sent.</exception>
    public async Task AcquireAsync(IReadOnlyList<RateBucket> needed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needed);
        var deadline = clock.GetUtcNow() + patience;
        foreach (var bucket in needed)
        {
            await AcquireAsync(bucket, CallPriorities.Current, deadline, cancellationToken);
        }
    }

    /// <summary>The part of a bucket that calls of this priority leave to others.</summary>
    public static double LeftToOthers(CallPriority priority) => priority switch
    {
        CallPriority.Checkout => 0,
        CallPriority.Refund => 0.25,
        CallPriority.BackFill => 0.5,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "A priority nobody has ranked."),
    };

    private async Task AcquireAsync(RateBucket bucket, CallPriority priority, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var hand = hands.GetOrAdd((bucket.Name, priority), _ => new Handful());
        var size = (int)Math.Max(1, Math.Floor(bucket.PerSecond * HandfulOf.TotalSeconds));
        var pause = TimeSpan.FromSeconds(Math.Clamp(size / bucket.PerSecond, 0.005, 0.25));
        while (true)
        {
            // One caller of this process asks at a time; the others find what it brought.
            await hand.Gate.WaitAsync(cancellationToken);
            try
            {
                var now = clock.GetUtcNow();
                if (hand.TryTake(now))
                {
                    return;
                }

                if (await buckets.TakeAsync(bucket, size, bucket.Capacity * LeftToOthers(priority), now, cancellationToken))
                {
                    hand.Fill(size - 1, now + HandfulLife);
                    return;
                }
            }
            finally
            {
                hand.Gate.Release();
            }

            if (clock.GetUtcNow() + pause >= deadline)
            {
                throw new ProviderBusyException(provider, "our_rate_limit", TimeSpan.FromSeconds(1));
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    private sealed class Handful
    {
        private int left;
        private DateTimeOffset goneAt;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool TryTake(DateTimeOffset now)
        {
            if (left == 0 || now >= goneAt)
            {
                return false;
            }

            left--;
            return true;
        }

        public void Fill(int tokens, DateTimeOffset until) => (left, goneAt) = (tokens, until);
    }
}
