namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Whether customers wait for a checkout at this Gateway, for work that can let them go first.</summary>
public sealed class CheckoutTraffic(TimeProvider clock)
{
    /// <summary>After the last checkout; a moment between two of them is no calm.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(50);

    private int underWay;
    private long lastEnd;

    /// <summary>Whether none is under way, nor was a moment ago.</summary>
    public bool IsQuiet => Volatile.Read(ref underWay) == 0 && clock.GetElapsedTime(Volatile.Read(ref lastEnd)) >= Calm;

    /// <summary>A checkout is under way until the answer is disposed of.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref underWay);
        return new UnderWay(this);
    }

    private void End()
    {
        Volatile.Write(ref lastEnd, clock.GetTimestamp());
        Interlocked.Decrement(ref underWay);
    }

    private sealed class UnderWay(CheckoutTraffic traffic) : IDisposable
    {
        private CheckoutTraffic? traffic = traffic;

        public void Dispose() => Interlocked.Exchange(ref traffic, null)?.End();
    }
}
