namespace PaymentWorkflows.Activities.Idempotency;

/// <summary>The callers' idempotency keys, shared by all Gateways, kept for 30 days.</summary>
public interface IIdempotencyStore
{
    /// <summary>Asks for a key. A key whose owner let its lease run out without an answer is taken over.</summary>
    Task<KeyOutcome> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The owner is still at it: the lease begins anew. False when the key is answered, or another owner's by now.</summary>
    Task<bool> RenewAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps the answer of a claimed key for later calls. False when another owner has taken the key over.</summary>
    Task<bool> CompleteAsync(IdempotencyClaim claim, StoredResponse response, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives a key back unanswered, so that the next call may try at once.</summary>
    Task ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellationToken);

    /// <summary>Deletes keys created before the moment; returns how many.</summary>
    Task<int> PruneAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken);
}

/// <summary>A caller's key and what it stands for.</summary>
/// <param name="Scope">Whose keys: a hash of the API key, never the key itself.</param>
/// <param name="Key">The caller's text, at most 255 characters.</param>
/// <param name="RequestHash">SHA-256 of method, path and body.</param>
/// <param name="Owner">The process that asks.</param>
/// <param name="Lease">How long the owner may be silent.</param>
public sealed record IdempotencyClaim(string Scope, string Key, string RequestHash, string Owner, TimeSpan Lease);

/// <summary>An answer to be repeated.</summary>
public sealed record StoredResponse(int Status, string Body);

/// <summary>What asking for a key gave. Closed.</summary>
public abstract record KeyOutcome
{
    private KeyOutcome()
    {
    }

    /// <summary>The key is ours. When it was taken over, the resource that its dead owner had written, if any.</summary>
    public sealed record Granted(string? ResourceId) : KeyOutcome;

    /// <summary>The key was answered before.</summary>
    public sealed record Replay(StoredResponse Response) : KeyOutcome;

    /// <summary>The key stands for another request.</summary>
    public sealed record Reused : KeyOutcome;

    /// <summary>A living owner is at it.</summary>
    public sealed record InFlight(TimeSpan RetryAfter) : KeyOutcome;
}
