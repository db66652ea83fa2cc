using System.Threading.RateLimiting;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>
/// How many refunds a Gateway takes in at once: a merchant who orders thousands waits for its own answers, and the checkouts beside it do
/// not. The outcome is waited for outside.
/// </summary>
/// <param name="atOnce">Refunds that are taken in at once.</param>
public sealed class RefundGate(int atOnce) : IDisposable
{
    /// <summary>Requests that may wait; they are served in the order in which they came.</summary>
    public const int Waiting = 1_000;

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = Waiting });

    /// <summary>Waits for a turn, does the work, and gives the turn back; null when as many as may wait do.</summary>
    public async Task<T?> PassAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var turn = await limiter.AcquireAsync(1, cancellationToken);
        return turn.IsAcquired ? await work() : default;
    }

    public void Dispose() => limiter.Dispose();
}
