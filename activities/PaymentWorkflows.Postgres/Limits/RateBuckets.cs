using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Limits;

namespace PaymentWorkflows.Postgres.Limits;

/// <summary>The table <c>pay.rate_buckets</c>.</summary>
internal sealed class RateBuckets(NpgsqlDataSource database) : IRateBuckets
{
    // One statement: fills what has run in since the last call, and takes only when enough is left.
    private const string TakeSql = """
        INSERT INTO pay.rate_buckets AS kept (name, tokens, filled_at)
        SELECT @name, @capacity - @tokens, @now WHERE @capacity - @tokens >= @leave
        ON CONFLICT (name) DO UPDATE
        SET tokens = least(@capacity, kept.tokens + @rate * greatest(0, extract(epoch FROM @now - kept.filled_at)::double precision)) - @tokens,
            filled_at = greatest(kept.filled_at, excluded.filled_at)
        WHERE least(@capacity, kept.tokens + @rate * greatest(0, extract(epoch FROM @now - kept.filled_at)::double precision)) - @tokens >= @leave
        """;

    public async Task<bool> TakeAsync(RateBucket bucket, int tokens, double leave, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            TakeSql,
            new { name = bucket.Name, rate = bucket.PerSecond, capacity = bucket.Capacity, tokens = (double)tokens, leave, now = now.UtcDateTime },
            cancellationToken: cancellationToken)) == 1;
    }
}
