using System.Threading.RateLimiting;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>
/// How many refunds a Gateway takes in at once, of one merchant and in all: a merchant who orders thousands waits for its own answers, and
/// neither the checkouts nor the refunds of others beside it do. The outcome is waited for outside.
/// </summary>
public sealed class RefundGate : IDisposable
{
    /// <summary>Requests of one merchant that may wait; they are served in the order in which they came.</summary>
    public const int Waiting = 1_000;

    private readonly PartitionedRateLimiter<MerchantId?> limiter;

    /// <param name="atOnce">Refunds that are taken in at once.</param>
    /// <param name="perMerchant">Those of one merchant among them.</param>
    public RefundGate(int atOnce, int perMerchant)
    {
        var own = PartitionedRateLimiter.Create<MerchantId?, string>(merchant => RateLimitPartition.GetConcurrencyLimiter(
            merchant?.Value ?? "", _ => new ConcurrencyLimiterOptions { PermitLimit = Math.Min(perMerchant, atOnce), QueueLimit = Waiting }));

        // Each merchant has but a few here, so that nobody waits long and nobody is turned away.
        var all = PartitionedRateLimiter.Create<MerchantId?, string>(_ => RateLimitPartition.GetConcurrencyLimiter(
            "all", _ => new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = int.MaxValue }));
        limiter = PartitionedRateLimiter.CreateChained(own, all);
    }

    /// <summary>Waits for a turn, does the work, and gives the turn back; null when as many of the merchant's as may wait do.</summary>
    /// <param name="merchant">Whose refund it is; null for one of a checkout that nobody knows.</param>
    /// <param name="work">What is done in its turn.</param>
    /// <param name="cancellationToken">Gives the place up.</param>
    public async Task<T?> PassAsync<T>(MerchantId? merchant, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var turn = await limiter.AcquireAsync(merchant, 1, cancellationToken);
        return turn.IsAcquired ? await work() : default;
    }

    public void Dispose() => limiter.Dispose();
}
