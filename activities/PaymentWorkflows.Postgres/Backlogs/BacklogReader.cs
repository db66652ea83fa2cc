using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Backlogs;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Postgres.Backlogs;

/// <summary>Counts what waits; each count reads a partial index that holds nothing else.</summary>
internal sealed class BacklogReader(NpgsqlDataSource database) : IBacklog
{
    private const string Sql = """
        SELECT count(*), min(received_at) FROM pay.inbox WHERE due_at IS NOT NULL;
        SELECT count(*), min(due_since) FROM pay.outbox WHERE delivered_at IS NULL AND gave_up_at IS NULL;
        SELECT count(*) FROM pay.outbox WHERE gave_up_at IS NOT NULL;
        SELECT count(*), min(created_at) FROM pay.checkouts WHERE started_at IS NULL;
        SELECT count(*), min(created_at) FROM pay.refunds WHERE started_at IS NULL;
        SELECT reason, count(*)
        FROM (
            SELECT view->'held'->>'reason' AS reason FROM pay.checkouts WHERE held
            UNION ALL
            SELECT view->'held'->>'reason' FROM pay.refunds WHERE held
        ) AS open
        WHERE reason IS NOT NULL
        GROUP BY reason
        """;

    public async Task<Backlog> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        Waiting Read((long Count, DateTime? Oldest) row) => new(row.Count, row.Oldest is { } since && now > since ? now - since : TimeSpan.Zero);

        var inbox = Read(await results.ReadSingleAsync<(long, DateTime?)>());
        var outbox = Read(await results.ReadSingleAsync<(long, DateTime?)>());
        var givenUp = await results.ReadSingleAsync<long>();
        var unstarted = Read(await results.ReadSingleAsync<(long, DateTime?)>());
        var unstartedRefunds = Read(await results.ReadSingleAsync<(long, DateTime?)>());
        var holds = await results.ReadAsync<(string Reason, long Count)>();
        return new Backlog(inbox, outbox, givenUp, unstarted, unstartedRefunds, holds.ToDictionary(
            row => JsonSerializer.Deserialize<HoldReason>($"\"{row.Reason}\"", PaymentWorkflowsJson.Options), row => row.Count));
    }
}
