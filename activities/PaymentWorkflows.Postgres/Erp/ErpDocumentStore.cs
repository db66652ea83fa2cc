using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Postgres.Erp;

/// <summary>The table <c>pay.erp_documents</c>.</summary>
internal sealed class ErpDocumentStore(NpgsqlDataSource database) : IErpDocumentStore
{
    private const string ClaimSql = """
        WITH written AS (
            INSERT INTO pay.erp_documents (number, kind, request_hash, erp, checkout_id, transaction_id, state, first_sent_at, last_sent_at, updated_at)
            VALUES (@Number, @Kind, @RequestHash, @Erp, @CheckoutId, @TransactionId, 'sending', @now, @now, @now)
            ON CONFLICT (number) DO NOTHING RETURNING request_hash, erp_id)
        SELECT request_hash, erp_id, true AS is_new FROM written
        UNION ALL
        SELECT request_hash, erp_id, false FROM pay.erp_documents WHERE number = @Number AND NOT EXISTS (SELECT FROM written)
        """;

    private const string ResendSql = """
        UPDATE pay.erp_documents SET state = 'sending', refusal = NULL, attempts = attempts + 1, last_sent_at = @now, updated_at = @now
        WHERE number = @number AND state <> 'posted'
        """;

    private const string PostedSql = """
        UPDATE pay.erp_documents SET state = 'posted', erp_id = @erpId, refusal = NULL, updated_at = @now
        WHERE number = @number AND state <> 'posted'
        """;

    private const string RefusedSql = """
        UPDATE pay.erp_documents SET state = 'refused', refusal = @refusal, updated_at = @now
        WHERE number = @number AND state <> 'posted'
        """;

    public async Task<ErpDocumentClaim> ClaimAsync(ErpDocumentDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new
        {
            draft.Number,
            Kind = HoldRules.Name(draft.Kind),
            draft.RequestHash,
            draft.Erp,
            CheckoutId = draft.CheckoutId.Value,
            TransactionId = draft.TransactionId.Value,
            now = now.UtcDateTime,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            // No row: another process wrote it after this statement's snapshot was taken. The next look sees it.
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(ClaimSql, values, cancellationToken: cancellationToken));
            if (row is not null)
            {
                return new ErpDocumentClaim(row.request_hash, row.erp_id, row.is_new);
            }
        }
    }

    public Task ResendAsync(string number, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync(ResendSql, new { number, now = now.UtcDateTime }, cancellationToken);

    public async Task<string> PostedAsync(string number, string erpId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ExecuteAsync(PostedSql, new { number, erpId, now = now.UtcDateTime }, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);

        // In a statement of its own: the first may have waited for the one that wrote another id, whose commit its snapshot does not show.
        return await connection.QuerySingleOrDefaultAsync<string>(
            new CommandDefinition("SELECT erp_id FROM pay.erp_documents WHERE number = @number", new { number }, cancellationToken: cancellationToken))
            ?? throw new InvalidOperationException($"Document '{number}' was never claimed.");
    }

    public Task RefusedAsync(string number, string refusal, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync(RefusedSql, new { number, refusal, now = now.UtcDateTime }, cancellationToken);

    private async Task ExecuteAsync(string sql, object values, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: cancellationToken));
    }

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.
    private sealed record Row(string request_hash, string? erp_id, bool is_new);
#pragma warning restore IDE1006, CA1812, SA1300
}
