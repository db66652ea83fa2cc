namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// Bounds the tries that are made in a saga's own worker, where others wait for answers: few at once, and each for a short time. What does
/// not get through goes on the ERP's own queue.
/// </summary>
/// <param name="atOnce">How many in this process.</param>
public sealed class ShortTries(int atOnce)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    private int taken;

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <exception cref="ErpUnavailableException">There is none.</exception>
    public Slot Enter()
    {
        if (Interlocked.Increment(ref taken) <= atOnce)
        {
            return new Slot(this);
        }

        Interlocked.Decrement(ref taken);
        throw new ErpUnavailableException($"{atOnce} documents are on their way from this process.");
    }

    /// <summary>A place.</summary>
    public sealed class Slot(ShortTries owner) : IDisposable
    {
        /// <summary>How long the ERP may take.</summary>
        public TimeSpan Patience { get; } = ShortTries.Patience;

        public void Dispose() => Interlocked.Decrement(ref owner.taken);
    }
}
