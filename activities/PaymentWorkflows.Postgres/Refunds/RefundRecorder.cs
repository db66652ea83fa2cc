using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Postgres.Checkouts;
using PaymentWorkflows.Postgres.Ledger;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>
/// Writes a refund's step forward, under its checkout's row lock and in one transaction: its row, what the checkout has given back,
/// reserved and booked, the ledger entries, the notice and the announcement.
/// </summary>
internal static class RefundRecorder
{
    private const int DeadlockTries = 5;

    private const string PartSql = $"SELECT {RefundPart.Columns} FROM pay.refunds WHERE id = @refund";

    private const string RowSql = """
        UPDATE pay.refunds
        SET status = @status, held = @held, revision = @revision, reserved = @Reserved, owed = @Owed, booked_of_sale = @BookedOfSale,
            provider_refund_id = coalesce(@provider, provider_refund_id), view = @view::jsonb, completed_at = @completed
        WHERE id = @refund
        """;

    private const string SumsSql = """
        UPDATE pay.checkouts
        SET amount_refunded = amount_refunded + @RefundedBy, refund_reserved = refund_reserved + @ReservedBy,
            refund_booked = refund_booked + @BookedBy, refund_payable = refund_payable + @PayableBy
        WHERE id = @checkout
        """;

    private const string OutboxSql = """
        INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at, traceparent)
        VALUES (@checkout, @refund, @revision, @merchant, @transaction, @notice, @payload::jsonb, @now, @trace)
        ON CONFLICT (subject_id, revision) DO NOTHING
        """;

    private const string AnnounceSql = $"SELECT pg_notify('{RefundListener.Channel}', @refund)";

    /// <summary>See <see cref="IRefundStore.RecordAsync"/>.</summary>
    public static async Task<RefundRecorded> RunAsync(NpgsqlDataSource database, RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        // The notice that is written with it goes on in this very span.
        using var span = Spans.Start(record.Facts.Count > 0 ? "write ledger" : "write refund", ActivityKind.Client);
        span?.SetTag(TelemetryNames.TransactionId, record.TransactionId.Value);
        span?.SetTag(TelemetryNames.CheckoutId, record.CheckoutId.Value);
        span?.SetTag(TelemetryNames.Merchant, record.Merchant.Value);
        span?.SetTag(TelemetryNames.LedgerEntries, record.Facts.Count);
        try
        {
            return await WriteOrRetryAsync(database, record, now, cancellationToken);
        }
        catch (Exception failure)
        {
            span.Fail(failure.GetType().Name);
            throw;
        }
    }

    private static async Task<RefundRecorded> WriteOrRetryAsync(NpgsqlDataSource database, RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await WriteAsync(database, record, now, cancellationToken);
            }
            catch (PostgresException conflict) when (conflict.SqlState == SqlStates.LedgerConflict)
            {
                throw new LedgerConflictException(conflict.MessageText);
            }
            catch (PostgresException deadlock) when (deadlock.SqlState == SqlStates.DeadlockDetected && tries < DeadlockTries)
            {
                // Nothing was written; the other one has gone on.
            }
        }
    }

    private static async Task<RefundRecorded> WriteAsync(NpgsqlDataSource database, RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = new { checkout = record.CheckoutId.Value, refund = record.RefundId.Value };
        CommandDefinition Command(string sql, object values) => new(sql, values, transaction, cancellationToken: cancellationToken);
        var sums = await connection.QuerySingleOrDefaultAsync<RefundSums>(Command(RefundCreation.LockSql, ids))
            ?? throw new InvalidOperationException($"Checkout {record.CheckoutId} has no row.");
        var before = await connection.QuerySingleOrDefaultAsync<RefundPart>(Command(PartSql, ids))
            ?? throw new InvalidOperationException($"Refund {record.RefundId} has no row.");
        if (before.revision >= record.View.Revision)
        {
            return Recorded(Read(before.view));
        }

        var checkout = await CheckoutStore.FindAsync(connection, transaction, record.CheckoutId.Value, cancellationToken);
        var step = RefundStepForward.Of(record, before, sums, checkout!.View);
        await connection.ExecuteAsync(Command(SumsSql, new { ids.checkout, step.RefundedBy, step.ReservedBy, step.BookedBy, step.PayableBy }));
        var view = JsonSerializer.Serialize(step.View, PaymentWorkflowsJson.Options);
        await connection.ExecuteAsync(Command(RowSql, new
        {
            ids.refund,
            status = HoldRules.Name(step.View.Status),
            held = step.View.Held is not null,
            revision = step.View.Revision,
            step.Reserved,
            step.View.Owed,
            step.BookedOfSale,
            provider = step.View.ProviderRefundId,
            view,
            completed = step.View.CompletedAt?.UtcDateTime,
        }));
        await BookAsync(connection, transaction, [.. step.Facts.Select(fact => PostingRules.Entry(fact, record.Merchant, record.TransactionId))], now, cancellationToken);
        if (record.Notice is not null)
        {
            await connection.ExecuteAsync(Command(OutboxSql, new
            {
                ids.checkout,
                ids.refund,
                revision = step.View.Revision,
                merchant = record.Merchant.Value,
                transaction = record.TransactionId.Value,
                notice = record.Notice,
                payload = JsonSerializer.Serialize(Stored(record, before, step.View), PaymentWorkflowsJson.Options),
                now = now.UtcDateTime,
                trace = Spans.Current,
            }));
        }

        await connection.ExecuteAsync(Command(AnnounceSql, ids));
        await transaction.CommitAsync(cancellationToken);
        return Recorded(step.View);
    }

    private static async Task BookAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        LedgerCommands.Book(batch, entries.Select(entry => (entry, now)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static StoredRefund Stored(RefundRecord record, RefundPart before, RefundView view) => new()
    {
        Id = record.RefundId,
        CheckoutId = record.CheckoutId,
        TransactionId = record.TransactionId,
        Merchant = record.Merchant,
        Customer = CustomerId.Parse(before.customer_id),
        Currency = Currency.Parse(before.currency),
        Input = JsonSerializer.Deserialize<RefundInput>(before.input, PaymentWorkflowsJson.Options)!,
        View = view,
        CreatedAt = before.created_at,
        StartedAt = before.started_at,
    };

    private static RefundView Read(string view) => JsonSerializer.Deserialize<RefundView>(view, PaymentWorkflowsJson.Options)!;

    private static RefundRecorded Recorded(RefundView view) =>
        new(view.Status, view.Revision) { AmountOfSale = view.AmountOfSale, AmountTax = view.AmountTax, Taxes = view.Taxes };
}
