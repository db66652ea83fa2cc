namespace PaymentWorkflows.Activities.Limits;

/// <summary>Token buckets that all processes of a deployment share.</summary>
public interface IRateBuckets
{
    /// <summary>Takes tokens out of a bucket, all or none, and leaves at least <paramref name="leave"/> in it. A bucket nobody used is full.</summary>
    /// <param name="bucket">Which, and how it fills.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="leave">What must stay for callers who go first.</param>
    /// <param name="now">The time (UTC); a clock that is behind the bucket's adds nothing.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether they were taken.</returns>
    Task<bool> TakeAsync(RateBucket bucket, int tokens, double leave, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A token bucket: it fills at a rate and holds at most one second's worth.</summary>
/// <param name="Name">Unique in the deployment.</param>
/// <param name="PerSecond">Tokens per second; above zero.</param>
public sealed record RateBucket(string Name, double PerSecond)
{
    /// <summary>What it holds when full.</summary>
    public double Capacity => Math.Max(1, PerSecond);
}
