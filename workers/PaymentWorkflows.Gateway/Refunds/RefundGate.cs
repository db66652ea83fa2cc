using System.Threading.RateLimiting;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>
/// How many refunds a Gateway takes in at once, of one merchant and in all, and how fast while customers wait for checkouts: a merchant who
/// orders thousands waits for its own answers, and neither the checkouts nor the refunds of others beside it do. The outcome is waited for
/// outside.
/// </summary>
public sealed class RefundGate : IDisposable
{
    /// <summary>Requests of one merchant that may wait; they are served in the order in which they came.</summary>
    public const int Waiting = 1_000;

    private readonly PartitionedRateLimiter<MerchantId> own;
    private readonly ConcurrencyLimiter all;
    private readonly RefundPace pace;

    /// <param name="atOnce">Refunds that are taken in at once.</param>
    /// <param name="perMerchant">Those of one merchant among them.</param>
    /// <param name="pace">How fast one merchant's come in beside checkouts.</param>
    public RefundGate(int atOnce, int perMerchant, RefundPace pace)
    {
        this.pace = pace;
        own = PartitionedRateLimiter.Create<MerchantId, MerchantId>(merchant => RateLimitPartition.GetConcurrencyLimiter(
            merchant, _ => new ConcurrencyLimiterOptions { PermitLimit = Math.Min(perMerchant, atOnce), QueueLimit = Waiting }));

        // Each merchant has but a few here, so that nobody waits long and nobody is turned away.
        all = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = int.MaxValue });
    }

    /// <summary>Takes a merchant's refund in when its turn has come; null when as many of the merchant's as may wait do.</summary>
    public async Task<T?> TakeInAsync<T>(MerchantId merchant, Func<Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(work);
        using var turn = await own.AcquireAsync(merchant, 1, cancellationToken);
        if (!turn.IsAcquired)
        {
            return null;
        }

        await pace.WaitAsync(merchant, cancellationToken);
        return await PassAsync(work, cancellationToken);
    }

    /// <summary>Does what follows for a refund that has been taken in, a few at once.</summary>
    public async Task<T> PassAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var place = await all.AcquireAsync(1, cancellationToken);
        return await work();
    }

    public void Dispose()
    {
        own.Dispose();
        all.Dispose();
    }
}
