using PaymentWorkflows.Contracts.Provider;

namespace PaymentWorkflows.Sagas.Payments;

/// <summary>The provider's events that reached a saga, each heeded once. An event only says: look now.</summary>
public sealed class ProviderEvents
{
    /// <summary>Stripe sends an event again for 3 days; a saga sees a handful. The bound keeps a noisy provider from growing the state.</summary>
    private const int Remembered = 200;

    private readonly Queue<string> order = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    private int count;
    private int looked;

    /// <summary>Whether an event came since the last look at the provider began. What came while it was under way may be missing in its answer.</summary>
    public bool HasNews => count > looked;

    /// <summary>The provider's payment that the latest event was about; null when none named one. It may be an earlier attempt's.</summary>
    public string? PaymentId { get; private set; }

    /// <summary>The provider's refund that the latest event was about; null when none named one.</summary>
    public string? RefundId { get; private set; }

    /// <summary>A look at the provider begins.</summary>
    public void BeginLook() => looked = count;

    /// <summary>Takes an event in; a known one changes nothing.</summary>
    public void Take(ProviderEventSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        if (!seen.Add(signal.EventId))
        {
            return;
        }

        count++;
        PaymentId = signal.PaymentId ?? PaymentId;
        RefundId = signal.RefundId ?? RefundId;
        order.Enqueue(signal.EventId);
        if (order.Count > Remembered)
        {
            seen.Remove(order.Dequeue());
        }
    }
}
