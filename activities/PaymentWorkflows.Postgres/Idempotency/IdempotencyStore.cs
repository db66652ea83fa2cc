using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Idempotency;

namespace PaymentWorkflows.Postgres.Idempotency;

/// <summary>The table <c>pay.idempotency_keys</c>.</summary>
internal sealed class IdempotencyStore(NpgsqlDataSource database) : IIdempotencyStore
{
    // One statement decides: a new key and an abandoned one become ours, everything else stays as it is.
    internal const string ClaimSql = """
        INSERT INTO pay.idempotency_keys AS held (scope, key, request_hash, owner, leased_until, created_at)
        VALUES (@Scope, @Key, @RequestHash, @Owner, @until, @now)
        ON CONFLICT (scope, key) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
            WHERE held.status IS NULL AND held.request_hash = excluded.request_hash AND held.leased_until <= @now
        RETURNING resource_id
        """;

    private const string ReadSql = "SELECT request_hash, leased_until, status, body FROM pay.idempotency_keys WHERE scope = @Scope AND key = @Key";

    private const string CompleteSql = """
        UPDATE pay.idempotency_keys SET status = @Status, body = @Body
        WHERE scope = @Scope AND key = @Key AND owner = @Owner AND status IS NULL
        """;

    public async Task<KeyOutcome> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ClaimAsync(connection, null, claim, now, cancellationToken);
    }

    public async Task<bool> RenewAsync(IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE pay.idempotency_keys SET leased_until = @until WHERE scope = @Scope AND key = @Key AND owner = @Owner AND status IS NULL",
            new { claim.Scope, claim.Key, claim.Owner, until = (now + claim.Lease).UtcDateTime },
            cancellationToken: cancellationToken)) == 1;
    }

    public async Task<bool> CompleteAsync(IdempotencyClaim claim, StoredResponse response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            CompleteSql, new { claim.Scope, claim.Key, claim.Owner, response.Status, response.Body }, cancellationToken: cancellationToken)) == 1;
    }

    public async Task ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);

        // A key that has made something keeps it; only the lease ends, so that the next call goes on with the same resource.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH gone AS (DELETE FROM pay.idempotency_keys WHERE scope = @Scope AND key = @Key AND owner = @Owner AND status IS NULL AND resource_id IS NULL)
            UPDATE pay.idempotency_keys SET leased_until = '-infinity' WHERE scope = @Scope AND key = @Key AND owner = @Owner AND status IS NULL AND resource_id IS NOT NULL
            """,
            new { claim.Scope, claim.Key, claim.Owner },
            cancellationToken: cancellationToken));
    }

    public async Task<int> PruneAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM pay.idempotency_keys WHERE created_at < @before", new { before = createdBefore.UtcDateTime }, cancellationToken: cancellationToken));
    }

    /// <summary>The parameters of <see cref="ClaimSql"/>.</summary>
    internal static object ClaimValues(IdempotencyClaim claim, DateTimeOffset now) =>
        new { claim.Scope, claim.Key, claim.RequestHash, claim.Owner, until = (now + claim.Lease).UtcDateTime, now = now.UtcDateTime };

    /// <summary>As the port's claim, within a transaction that writes the resource too.</summary>
    internal static async Task<KeyOutcome> ClaimAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IdempotencyClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = ClaimValues(claim, now);
        while (true)
        {
            var granted = (await connection.QueryAsync<string?>(new CommandDefinition(ClaimSql, values, transaction, cancellationToken: cancellationToken))).AsList();
            if (granted.Count == 1)
            {
                return new KeyOutcome.Granted(granted[0]);
            }

            var held = await connection.QuerySingleOrDefaultAsync<(string Hash, DateTime Until, int? Status, string? Body)?>(
                new CommandDefinition(ReadSql, values, transaction, cancellationToken: cancellationToken));
            switch (held)
            {
                case null:
                    // Released between the two statements: ask again.
                    continue;
                case { } other when other.Hash != claim.RequestHash:
                    return new KeyOutcome.Reused();
                case { Status: { } status, Body: { } body }:
                    return new KeyOutcome.Replay(new StoredResponse(status, body));
                case { } living:
                    var left = living.Until - now.UtcDateTime;
                    return new KeyOutcome.InFlight(left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            }
        }
    }
}
