using Dapper;
using Npgsql;
using NpgsqlTypes;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Postgres.Batching;
using static PaymentWorkflows.Postgres.Batching.SqlArrays;

namespace PaymentWorkflows.Postgres.Inbox;

/// <summary>The table <c>pay.inbox</c>; concurrent webhooks share one commit.</summary>
internal sealed class InboxStore : IInbox, IAsyncDisposable
{
    private const string StoreSql = """
        INSERT INTO pay.inbox (account, event_id, type, body, signature, received_at, transaction_id, traceparent, outcome, detail, completed_at, due_at)
        SELECT account, event_id, type, body, signature, received_at, transaction_id, traceparent,
            CASE WHEN not_needed IS NOT NULL THEN 'ignored' END, not_needed, CASE WHEN not_needed IS NOT NULL THEN received_at END,
            CASE WHEN not_needed IS NOT NULL THEN NULL
                 WHEN EXISTS (SELECT FROM pay.checkouts AS kept WHERE kept.id = fresh.checkout_id AND kept.status = 'processing' AND NOT kept.held) THEN rests_until
                 ELSE received_at END
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            AS fresh (account, event_id, type, body, signature, received_at, transaction_id, traceparent, not_needed, checkout_id, rests_until)
        ORDER BY account, event_id
        ON CONFLICT (account, event_id) DO NOTHING RETURNING account, event_id
        """;

    // Materialized: within a join the choice might be made anew for each row, and more than the limit be taken.
    private const string TakeSql = """
        WITH due AS MATERIALIZED (
            SELECT account, event_id FROM pay.inbox WHERE due_at <= @now ORDER BY due_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE pay.inbox AS taken SET due_at = @until, tries = tries + 1
        FROM due
        WHERE taken.account = due.account AND taken.event_id = due.event_id
        RETURNING taken.account, taken.event_id AS EventId, taken.type, taken.body, taken.signature, taken.received_at AS ReceivedAt, taken.tries,
            taken.transaction_id AS TransactionId, taken.traceparent AS TraceParent,
            (SELECT kept.accepted_trace FROM pay.checkouts AS kept WHERE kept.transaction_id = taken.transaction_id AND kept.accepted_trace IS NOT NULL
             ORDER BY kept.created_at DESC LIMIT 1) AS PurchaseTrace
        """;

    private const string CompleteSql = """
        UPDATE pay.inbox AS kept SET due_at = NULL, outcome = closed.outcome, detail = closed.detail, completed_at = closed.at
        FROM unnest($1, $2, $3, $4, $5) AS closed (account, event_id, outcome, detail, at)
        WHERE kept.account = closed.account AND kept.event_id = closed.event_id AND kept.outcome IS NULL
        """;

    private readonly NpgsqlDataSource database;
    private readonly BatchWriter<InboxEvent, bool> writer;
    private readonly BatchWriter<Closed, bool> closer;

    public InboxStore(NpgsqlDataSource database)
    {
        this.database = database;
        writer = new BatchWriter<InboxEvent, bool>(WriteAsync, Identity);
        closer = new BatchWriter<Closed, bool>(CloseAsync, one => Identity(one.Event));
    }

    public Task<bool> StoreAsync(InboxEvent received, CancellationToken cancellationToken) => writer.WriteAsync(received, cancellationToken);

    public async Task<IReadOnlyList<InboxEvent>> TakeAsync(int limit, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            TakeSql, new { limit, now = now.UtcDateTime, until = (now + lease).UtcDateTime }, cancellationToken: cancellationToken));
        return [.. rows.OrderBy(row => row.ReceivedAt)
            .Select(row => new InboxEvent(
                row.Account, row.EventId, row.Type, row.Body, row.Signature, row.ReceivedAt, row.Tries, row.TransactionId is { } id ? TransactionId.Parse(id) : null)
            {
                TraceParent = row.TraceParent,
                PurchaseTrace = row.PurchaseTrace,
            })];
    }

    public Task CompleteAsync(InboxEvent received, InboxOutcome outcome, string? detail, DateTimeOffset now, CancellationToken cancellationToken) =>
        closer.WriteAsync(new Closed(received, outcome, detail, now), cancellationToken);

    public async Task PostponeAsync(InboxEvent received, DateTimeOffset until, string detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(received);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE pay.inbox SET due_at = @until, detail = @detail WHERE account = @account AND event_id = @eventId AND outcome IS NULL",
            new { account = received.Account, eventId = received.EventId, until = until.UtcDateTime, detail },
            cancellationToken: cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await closer.DisposeAsync();
    }

    private static string Identity(InboxEvent received) => $"{received.Account}/{received.EventId}";

    private async Task<IReadOnlyList<bool>> CloseAsync(IReadOnlyList<Closed> closed)
    {
        await using var command = database.CreateCommand(CompleteSql);
        command.Parameters.Add(Column(NpgsqlDbType.Text, closed, one => one.Event.Account));
        command.Parameters.Add(Column(NpgsqlDbType.Text, closed, one => one.Event.EventId));
        command.Parameters.Add(Column(NpgsqlDbType.Text, closed, one => HoldRules.Name(one.Outcome)));
        command.Parameters.Add(Column(NpgsqlDbType.Text, closed, one => one.Detail));
        command.Parameters.Add(Column(NpgsqlDbType.TimestampTz, closed, one => one.At.UtcDateTime));
        await command.ExecuteNonQueryAsync();
        return [.. closed.Select(_ => true)];
    }

    private async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<InboxEvent> events)
    {
        await using var command = database.CreateCommand(StoreSql);
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.Account));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.EventId));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.Type));
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, events, one => one.Body.ToArray()));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.Signature));
        command.Parameters.Add(Column(NpgsqlDbType.TimestampTz, events, one => one.ReceivedAt.UtcDateTime));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.TransactionId?.Value));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.TraceParent));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.NotNeeded));
        command.Parameters.Add(Column(NpgsqlDbType.Text, events, one => one.Rest?.Checkout.Value));
        command.Parameters.Add(Column(NpgsqlDbType.TimestampTz, events, one => one.Rest?.Until.UtcDateTime));
        var fresh = new HashSet<(string, string)>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                fresh.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        return [.. events.Select(one => fresh.Contains((one.Account, one.EventId)))];
    }

    private sealed record Closed(InboxEvent Event, InboxOutcome Outcome, string? Detail, DateTimeOffset At);

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(string Account, string EventId, string Type, byte[] Body, string Signature, DateTime ReceivedAt, int Tries, string? TransactionId, string? TraceParent, string? PurchaseTrace);
#pragma warning restore CA1812
}
