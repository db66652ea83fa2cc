namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// Bounds the tries that are made in a saga's own worker, where others wait for answers: few at once, and each for a short time. What does
/// not get through goes on the ERP's own queue.
/// </summary>
/// <param name="atOnce">How many in this process.</param>
public sealed class ShortTries(int atOnce) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    /// <summary>An ERP that works gives a place back within milliseconds, which is much cheaper to wait for than the way over its queue.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim places = new(atOnce, atOnce);

    /// <summary>Takes a place, and waits for one shortly; disposing it gives it back.</summary>
    /// <exception cref="ErpUnavailableException">None came free.</exception>
    public async Task<Slot> EnterAsync(CancellationToken cancellationToken) => await places.WaitAsync(LongestWait, cancellationToken)
        ? new Slot(places)
        : throw new ErpUnavailableException($"{atOnce} documents are on their way from this process.");

    public void Dispose() => places.Dispose();

    /// <summary>A place.</summary>
    public sealed class Slot : IDisposable
    {
        private readonly SemaphoreSlim places;

        internal Slot(SemaphoreSlim places) => this.places = places;

        /// <summary>How long the ERP may take.</summary>
        public TimeSpan Patience { get; } = ShortTries.Patience;

        public void Dispose() => places.Release();
    }
}
