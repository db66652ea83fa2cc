using PaymentWorkflows.Contracts.Provider;

namespace PaymentWorkflows.Sagas.Payments;

/// <summary>The provider's events that reached a saga, each heeded once. An event only says: look now.</summary>
public sealed class ProviderEvents
{
    /// <summary>Stripe sends an event again for 3 days; a saga sees a handful. The bound keeps a noisy provider from growing the state.</summary>
    private const int Remembered = 200;

    private readonly Queue<string> order = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>How many different events have come.</summary>
    public int Count { get; private set; }

    /// <summary>Takes an event in; a known one changes nothing.</summary>
    public void Take(ProviderEventSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        if (!seen.Add(signal.EventId))
        {
            return;
        }

        Count++;
        order.Enqueue(signal.EventId);
        if (order.Count > Remembered)
        {
            seen.Remove(order.Dequeue());
        }
    }
}
