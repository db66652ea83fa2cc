using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Postgres.Batching;
using PaymentWorkflows.Postgres.Ledger;
using static PaymentWorkflows.Postgres.Batching.SqlArrays;

namespace PaymentWorkflows.Postgres.Checkouts;

/// <summary>A step forward of one checkout with its ledger entries, and the trace it is part of.</summary>
internal sealed record RecordItem(CheckoutRecord Record, IReadOnlyList<LedgerEntry> Entries, DateTimeOffset Now, string? TraceParent);

/// <summary>
/// Writes steps forward in set-based batches: rows, books, outbox and announcement of many checkouts in one transaction and one round
/// trip.
/// </summary>
internal sealed class CheckoutRecorder : IAsyncDisposable
{
    private const string UpdateSql = """
        UPDATE pay.checkouts AS kept
        SET status = fresh.status, held = fresh.held, revision = fresh.revision, view = fresh.view::jsonb, completed_at = fresh.completed_at,
            refunded_outside = greatest(kept.refunded_outside, fresh.outside)
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS fresh (id, status, held, revision, view, completed_at, outside)
        WHERE kept.id = fresh.id AND kept.revision < fresh.revision
        """;

    // Only what the row really became is told, with what the row says of refunds.
    private const string OutboxSql = """
        INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at, traceparent)
        SELECT id, id, revision, fresh.merchant, fresh.transaction_id, type, kept.view, at, fresh.traceparent
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS fresh (id, revision, status, merchant, transaction_id, type, at, traceparent)
        JOIN pay.checkouts AS kept USING (id, revision, status)
        ON CONFLICT (subject_id, revision) DO NOTHING
        """;

    private const string OutcomeSql = $"""
        SELECT kept.status, kept.revision, pg_notify('{OutcomeListener.Channel}', kept.id)
        FROM unnest($1) WITH ORDINALITY AS fresh (id, place) LEFT JOIN pay.checkouts kept USING (id) ORDER BY place
        """;

    private const int OutcomeFields = 3;

    private readonly NpgsqlDataSource database;
    private readonly BatchWriter<RecordItem, CheckoutRecorded?> writer;

    public CheckoutRecorder(NpgsqlDataSource database)
    {
        this.database = database;
        writer = new BatchWriter<RecordItem, CheckoutRecorded?>(WriteAsync, item => item.Record.CheckoutId.Value);
    }

    public async Task<CheckoutRecorded> RecordAsync(RecordItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync(item, cancellationToken) ?? throw new InvalidOperationException($"Checkout {item.Record.CheckoutId} has no row.");
        }
        catch (PostgresException conflict) when (conflict.SqlState == SqlStates.LedgerConflict)
        {
            throw new LedgerConflictException(conflict.MessageText);
        }
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task<IReadOnlyList<CheckoutRecorded?>> WriteAsync(IReadOnlyList<RecordItem> items)
    {
        // Without a transaction of its own the batch is one: all of it or nothing, in a single round trip.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Update(items));
        LedgerCommands.Book(batch, items.SelectMany(item => item.Entries.Select(entry => (entry, item.Now, (CheckoutStage?)Stage(item)))));
        RecordItem[] notices = [.. items.Where(item => item.Record.Notice is not null)];
        if (notices.Length > 0)
        {
            batch.BatchCommands.Add(Outbox(notices));
        }

        batch.BatchCommands.Add(Command(OutcomeSql, Texts(items, item => item.Record.CheckoutId.Value)));
        await using var reader = await batch.ExecuteReaderAsync();
        while (reader.FieldCount != OutcomeFields && await reader.NextResultAsync())
        {
            // The statements before it have nothing to tell.
        }

        var outcomes = new List<CheckoutRecorded?>(items.Count);
        while (await reader.ReadAsync())
        {
            outcomes.Add(reader.IsDBNull(0) ? null : new CheckoutRecorded(CheckoutRow.Status(reader.GetString(0)), reader.GetInt32(1)));
        }

        return outcomes;
    }

    private static CheckoutStage Stage(RecordItem item) => new(
        item.Record.CheckoutId,
        item.Record.View.Revision,
        item.Record.View.Status,
        item.Entries.Any(entry => entry.Kind == PostingRules.LatePaymentKind) ? item.Record.View.Payment?.Id : null);

    private static NpgsqlBatchCommand Update(IReadOnlyList<RecordItem> items) => Command(
        UpdateSql,
        Texts(items, item => item.Record.CheckoutId.Value),
        Texts(items, item => HoldRules.Name(item.Record.View.Status)),
        Column(NpgsqlDbType.Boolean, items, item => item.Record.View.Held is not null),
        Column(NpgsqlDbType.Integer, items, item => item.Record.View.Revision),
        Texts(items, item => JsonSerializer.Serialize(item.Record.View, PaymentWorkflowsJson.Options)),
        Column(NpgsqlDbType.TimestampTz, items, item => item.Record.View.CompletedAt?.UtcDateTime),
        Column(NpgsqlDbType.Bigint, items, item => item.Record.RefundedOutside));

    private static NpgsqlBatchCommand Outbox(IReadOnlyList<RecordItem> notices) => Command(
        OutboxSql,
        Texts(notices, item => item.Record.CheckoutId.Value),
        Column(NpgsqlDbType.Integer, notices, item => item.Record.View.Revision),
        Texts(notices, item => HoldRules.Name(item.Record.View.Status)),
        Texts(notices, item => item.Record.Merchant.Value),
        Texts(notices, item => item.Record.TransactionId.Value),
        Texts(notices, item => item.Record.Notice!),
        Column(NpgsqlDbType.TimestampTz, notices, item => item.Now.UtcDateTime),
        Column(NpgsqlDbType.Text, notices, item => item.TraceParent));
}
