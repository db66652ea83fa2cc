using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Postgres.Checkouts;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>The table <c>pay.refunds</c> and what it keeps in <c>pay.checkouts</c>.</summary>
internal sealed class RefundStore(NpgsqlDataSource database) : IRefundStore
{
    // Materialized: within a join the choice might be made anew for each row, and more than the limit be taken.
    private const string TakeUnstartedSql = $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM pay.refunds
            WHERE started_at IS NULL AND created_at < @before AND (start_lease IS NULL OR start_lease < @before)
            ORDER BY created_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE pay.refunds SET start_lease = @until
        WHERE id IN (SELECT id FROM due)
        RETURNING {RefundRow.Columns}
        """;

    private const string PaidOutsideSql =
        "SELECT coalesce(sum(amount), 0)::bigint FROM pay.refunds WHERE checkout_id = @id AND reserved AND view->>'paid_outside' IS NOT NULL";

    public Task<CreateRefundOutcome> CreateAsync(NewRefund refund, IdempotencyClaim? claim, CancellationToken cancellationToken) =>
        RefundCreation.RunAsync(database, refund, claim, cancellationToken);

    public Task<StoredRefund?> FindAsync(RefundId id, CancellationToken cancellationToken) => FindAsync("id", id.Value, cancellationToken);

    public Task<StoredRefund?> FindByProviderAsync(string providerRefundId, CancellationToken cancellationToken) =>
        FindAsync("provider_refund_id", providerRefundId, cancellationToken);

    public async Task<RefundPage> ListAsync(RefundQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = new NewestFirst("pay.refunds", RefundRow.Columns);
        page.Filter("checkout_id = @checkout", "checkout", query.Checkout?.Value);
        page.Filter("status = @status", "status", query.Status is { } status ? HoldRules.Name(status) : null);
        page.Held(query.Held);
        var (rows, hasMore) = await page.ReadAsync<RefundRow>(database, query.StartingAfter?.Value, query.EndingBefore?.Value, query.Limit, cancellationToken);
        return new RefundPage([.. rows.Select(row => row.ToRefund())], hasMore);
    }

    public async Task<RefundTotals?> TotalsAsync(CheckoutId checkout, CancellationToken cancellationToken)
    {
        // The view and the sums of one statement, so that they belong together.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var stored = await CheckoutStore.FindAsync(connection, transaction, checkout.Value, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        var sums = await connection.QuerySingleAsync<RefundSums>(new CommandDefinition(
            $"SELECT {RefundSums.Columns} FROM pay.checkouts WHERE id = @id", new { id = checkout.Value }, transaction, cancellationToken: cancellationToken));
        var paidOutside = await connection.ExecuteScalarAsync<long>(new CommandDefinition(PaidOutsideSql, new { id = checkout.Value }, transaction, cancellationToken: cancellationToken));
        var invoice = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "SELECT state FROM pay.erp_documents WHERE number = @number", new { number = $"{checkout}:invoice" }, transaction, cancellationToken: cancellationToken));
        var view = stored.View;
        var posted = invoice == "posted";
        var documents = StatusOf(view, CheckoutStep.Erp);
        return new RefundTotals(view.Status, sums.amount_captured, sums.refund_reserved, sums.amount_refunded, sums.refund_booked)
        {
            PaidOutside = paidOutside,
            RefundedOutside = sums.refunded_outside,
            Tax = view.Tax,
            Amount = view.Amount,
            TaxSkipped = StatusOf(view, CheckoutStep.TaxCommit) is StepStatus.Skipped,
            HasInvoice = posted,
            InvoiceBegun = invoice is not null,

            // Begun, or about to begin: the documents follow the checkout's answer.
            InvoicePending = !posted && documents is not StepStatus.Skipped && (invoice is not null || documents is not null || view.Status == CheckoutStatus.Completed),
        };
    }

    public async Task MarkStartedAsync(RefundId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE pay.refunds SET started_at = @now WHERE id = @id AND started_at IS NULL",
            new { id = id.Value, now = now.UtcDateTime },
            cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<StoredRefund>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<RefundRow>(new CommandDefinition(
            TakeUnstartedSql, new { before = before.UtcDateTime, until = leaseUntil.UtcDateTime, limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToRefund())];
    }

    public Task<RefundRecorded> RecordAsync(RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken) =>
        RefundRecorder.RunAsync(database, record, now, cancellationToken);

    internal static async Task<StoredRefund?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string column, string value, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<RefundRow>(new CommandDefinition(
            $"SELECT {RefundRow.Columns} FROM pay.refunds WHERE {column} = @value", new { value }, transaction, cancellationToken: cancellationToken));
        return row?.ToRefund();
    }

    private static StepStatus? StatusOf(CheckoutView view, CheckoutStep step) => view.Steps.FirstOrDefault(one => one.Name == step)?.Status;

    private async Task<StoredRefund?> FindAsync(string column, string value, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, null, column, value, cancellationToken);
    }
}
