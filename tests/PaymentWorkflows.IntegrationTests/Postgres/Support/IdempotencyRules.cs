using PaymentWorkflows.Activities.Idempotency;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>What the port promises of keys, in memory and for one caller at a time.</summary>
internal sealed class IdempotencyRules
{
    private readonly Dictionary<string, Held> _keys = [];

    public KeyOutcome Claim(IdempotencyClaim claim, DateTimeOffset now)
    {
        if (!_keys.TryGetValue(claim.Key, out var held))
        {
            _keys[claim.Key] = new Held(claim.RequestHash, claim.Owner, now + claim.Lease, null, now);
            return new KeyOutcome.Granted(null);
        }

        if (held.RequestHash != claim.RequestHash)
        {
            return new KeyOutcome.Reused();
        }

        if (held.Answer is { } answer)
        {
            return new KeyOutcome.Replay(answer);
        }

        if (held.LeasedUntil > now)
        {
            return new KeyOutcome.InFlight(TimeSpan.FromSeconds(Math.Max(1, (held.LeasedUntil - now).TotalSeconds)));
        }

        _keys[claim.Key] = held with { Owner = claim.Owner, LeasedUntil = now + claim.Lease };
        return new KeyOutcome.Granted(null);
    }

    public bool Complete(IdempotencyClaim claim, StoredResponse answer)
    {
        if (!IsOpen(claim, out var held))
        {
            return false;
        }

        _keys[claim.Key] = held with { Answer = answer };
        return true;
    }

    public void Release(IdempotencyClaim claim)
    {
        if (IsOpen(claim, out _))
        {
            _keys.Remove(claim.Key);
        }
    }

    public int Prune(DateTimeOffset createdBefore)
    {
        string[] old = [.. _keys.Where(key => key.Value.CreatedAt < createdBefore).Select(key => key.Key)];
        foreach (var key in old)
        {
            _keys.Remove(key);
        }

        return old.Length;
    }

    private bool IsOpen(IdempotencyClaim claim, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Held? held) =>
        _keys.TryGetValue(claim.Key, out held) && held.Owner == claim.Owner && held.Answer is null;

    private sealed record Held(string RequestHash, string Owner, DateTimeOffset LeasedUntil, StoredResponse? Answer, DateTimeOffset CreatedAt);
}
