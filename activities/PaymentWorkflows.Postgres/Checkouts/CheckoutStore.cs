using System.Diagnostics;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Postgres.Checkouts;

/// <summary>The table <c>pay.checkouts</c> and what is written with it.</summary>
internal sealed class CheckoutStore(NpgsqlDataSource database, CheckoutRecorder recorder) : ICheckoutStore
{
    // Materialized: within a join the choice might be made anew for each row, and more than the limit be taken.
    private const string TakeUnstartedSql = $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM pay.checkouts
            WHERE started_at IS NULL AND created_at < @before AND (start_lease IS NULL OR start_lease < @now)
            ORDER BY created_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE pay.checkouts SET start_lease = @until
        WHERE id IN (SELECT id FROM due)
        RETURNING {CheckoutRow.Columns}
        """;

    private const string AuditSql = """
        INSERT INTO pay.audit (workflow_id, reference, transaction_id, event, actor, action, reason, detail, at)
        VALUES (@WorkflowId, @Reference, @TransactionId, @Event, @Actor, @Action, @Reason, @Detail, @now)
        ON CONFLICT (workflow_id, reference) DO NOTHING
        """;

    public Task<CreateCheckoutOutcome> CreateAsync(NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken) =>
        CheckoutCreation.RunAsync(database, checkout, claim, cancellationToken);

    public async Task<StoredCheckout?> FindAsync(CheckoutId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, null, id.Value, cancellationToken);
    }

    public async Task<CheckoutPage> ListAsync(CheckoutQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = new NewestFirst("pay.checkouts", CheckoutRow.Columns);
        page.Filter("merchant = @merchant", "merchant", query.Merchant?.Value);
        page.Filter("order_id = @order", "order", query.Order?.Value);
        page.Filter("status = @status", "status", query.Status is { } status ? HoldRules.Name(status) : null);
        page.Held(query.Held);
        var (rows, hasMore) = await page.ReadAsync<CheckoutRow>(database, query.StartingAfter?.Value, query.EndingBefore?.Value, query.Limit, cancellationToken);
        return new CheckoutPage([.. rows.Select(row => row.ToCheckout())], hasMore);
    }

    public async Task<StoredCheckout?> MarkStartedAsync(CheckoutId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<CheckoutRow>(new CommandDefinition(
            $"UPDATE pay.checkouts SET started_at = coalesce(started_at, @now) WHERE id = @id RETURNING {CheckoutRow.Columns}",
            new { id = id.Value, now = now.UtcDateTime },
            cancellationToken: cancellationToken));
        return row?.ToCheckout();
    }

    public async Task<IReadOnlyList<StoredCheckout>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<CheckoutRow>(new CommandDefinition(
            TakeUnstartedSql,
            new { before = before.UtcDateTime, until = leaseUntil.UtcDateTime, now = before.UtcDateTime, limit },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToCheckout())];
    }

    public async Task<CheckoutRecorded> RecordAsync(CheckoutRecord record, IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(entries);
        // The notice that is written with it goes on in this very span.
        using var span = Spans.Start(entries.Count > 0 ? "write ledger" : "write checkout", ActivityKind.Client);
        span?.SetTag(TelemetryNames.TransactionId, record.TransactionId.Value);
        span?.SetTag(TelemetryNames.CheckoutId, record.CheckoutId.Value);
        span?.SetTag(TelemetryNames.Merchant, record.Merchant.Value);
        span?.SetTag(TelemetryNames.CheckoutStatus, HoldRules.Name(record.View.Status));
        span?.SetTag(TelemetryNames.LedgerEntries, entries.Count);
        try
        {
            return await recorder.RecordAsync(new RecordItem(record, entries, now, Spans.Current), cancellationToken);
        }
        catch (Exception failure)
        {
            span.Fail(failure.GetType().Name);
            throw;
        }
    }

    public async Task AuditAsync(AuditLine line, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(line);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            AuditSql,
            new { line.WorkflowId, line.Reference, TransactionId = line.TransactionId.Value, line.Event, line.Actor, line.Action, line.Reason, line.Detail, now = now.UtcDateTime },
            cancellationToken: cancellationToken));
    }

    internal static async Task<StoredCheckout?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string id, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<CheckoutRow>(new CommandDefinition(
            $"SELECT {CheckoutRow.Columns} FROM pay.checkouts WHERE id = @id", new { id }, transaction, cancellationToken: cancellationToken));
        return row?.ToCheckout();
    }
}
