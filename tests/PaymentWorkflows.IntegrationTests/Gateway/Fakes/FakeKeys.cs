using PaymentWorkflows.Activities.Idempotency;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Idempotency keys in memory, by the rules of the port.</summary>
internal sealed class FakeKeys : IIdempotencyStore
{
    private readonly Dictionary<string, Entry> entries = [];

    internal Exception? Fault { get; set; }

    internal IReadOnlyCollection<Entry> Entries
    {
        get
        {
            lock (entries)
            {
                return [.. entries.Values];
            }
        }
    }

    public Task<KeyOutcome> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken) =>
        Fault is null ? Task.FromResult(Claim(claim, now)) : Task.FromException<KeyOutcome>(Fault);

    public Task<bool> RenewAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Fault is not null)
        {
            return Task.FromException<bool>(Fault);
        }

        lock (entries)
        {
            if (!entries.TryGetValue(claim.Key, out var entry) || entry.Claim.Owner != claim.Owner || entry.Response is not null)
            {
                return Task.FromResult(false);
            }

            entries[claim.Key] = entry with { LeaseUntil = now + claim.Lease };
            return Task.FromResult(true);
        }
    }

    public Task<bool> CompleteAsync(IdempotencyClaim claim, StoredResponse response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (entries)
        {
            if (!entries.TryGetValue(claim.Key, out var entry) || entry.Claim.Owner != claim.Owner)
            {
                return Task.FromResult(false);
            }

            entries[claim.Key] = entry with { Response = response };
            return Task.FromResult(true);
        }
    }

    public Task ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellationToken)
    {
        lock (entries)
        {
            if (entries.TryGetValue(claim.Key, out var entry) && entry.Claim.Owner == claim.Owner && entry.Response is null)
            {
                entries.Remove(claim.Key);
            }
        }

        return Task.CompletedTask;
    }

    public Task<int> PruneAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken) => Task.FromResult(0);

    internal KeyOutcome Claim(IdempotencyClaim claim, DateTimeOffset now)
    {
        lock (entries)
        {
            if (!entries.TryGetValue(claim.Key, out var entry))
            {
                entries[claim.Key] = new Entry(claim, now + claim.Lease, Response: null);
                return new KeyOutcome.Granted(ResourceId: null);
            }

            if (entry.Claim.RequestHash != claim.RequestHash)
            {
                return new KeyOutcome.Reused();
            }

            if (entry.Response is { } response)
            {
                return new KeyOutcome.Replay(response);
            }

            if (entry.LeaseUntil > now)
            {
                return new KeyOutcome.InFlight(entry.LeaseUntil - now);
            }

            entries[claim.Key] = new Entry(claim, now + claim.Lease, Response: null);
            return new KeyOutcome.Granted(ResourceId: null);
        }
    }

    internal sealed record Entry(IdempotencyClaim Claim, DateTimeOffset LeaseUntil, StoredResponse? Response);
}
