using System.Collections.Concurrent;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Gateway.Checkout;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>
/// How fast one merchant's refunds come in while customers wait for checkouts: a handful at once, then so many per second. When nobody
/// waits they come as fast as they can.
/// </summary>
/// <param name="traffic">The checkouts of this Gateway.</param>
/// <param name="perSecond">Refunds of one merchant per second beside checkouts.</param>
/// <param name="clock">The time.</param>
public sealed class RefundPace(CheckoutTraffic traffic, int perSecond, TimeProvider clock)
{
    /// <summary>A merchant's refunds that come in at once, so that one who orders a few now and then never waits.</summary>
    public const int Burst = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<MerchantId, Allowance> allowances = new();

    /// <summary>Waits until the merchant's next refund may come in.</summary>
    public async Task WaitAsync(MerchantId merchant, CancellationToken cancellationToken)
    {
        var allowance = allowances.GetOrAdd(merchant, _ => new Allowance(perSecond, clock));
        while (!allowance.TryTake() && !traffic.IsQuiet)
        {
            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    /// <summary>Tokens that come back with time, up to the burst.</summary>
    private sealed class Allowance(int perSecond, TimeProvider clock)
    {
        private readonly Lock exclusive = new();
        private double tokens = Burst;
        private long since = clock.GetTimestamp();

        public bool TryTake()
        {
            lock (exclusive)
            {
                var now = clock.GetTimestamp();
                tokens = Math.Min(Burst, tokens + (clock.GetElapsedTime(since, now).TotalSeconds * perSecond));
                since = now;
                if (tokens < 1)
                {
                    return false;
                }

                tokens--;
                return true;
            }
        }
    }
}
