using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Postgres.Attempts;

/// <summary>The table <c>pay.payment_attempts</c>.</summary>
internal sealed class AttemptStore(NpgsqlDataSource database) : IAttemptStore
{
    private const string Columns = "key, operation, request_hash, transaction_id, workflow_id, send_number, first_sent_at, last_sent_at, verdict::text AS verdict";

    private const string ClaimSql = $"""
        WITH written AS (
            INSERT INTO pay.payment_attempts (key, operation, request_hash, provider, transaction_id, workflow_id, state, first_sent_at, last_sent_at, updated_at)
            VALUES (@Key, @Operation, @RequestHash, @Provider, @TransactionId, @WorkflowId, 'sending', @now, @now, @now)
            ON CONFLICT (key) DO NOTHING RETURNING *)
        SELECT true AS is_new, {Columns} FROM written
        UNION ALL
        SELECT false, {Columns} FROM pay.payment_attempts WHERE key = @Key AND NOT EXISTS (SELECT FROM written)
        """;

    private const string FindSql = $"SELECT false AS is_new, {Columns} FROM pay.payment_attempts WHERE key = @key";

    private const string ResendSql = """
        UPDATE pay.payment_attempts SET send_number = @sendNumber, last_sent_at = @now, updated_at = @now
        WHERE key = @key AND send_number <= @sendNumber AND state NOT IN ('succeeded', 'declined')
        """;

    // A final outcome stays: whoever comes later with another is told the recorded one.
    private const string RecordSql = """
        UPDATE pay.payment_attempts
        SET state = @state, verdict = @verdict::jsonb, provider_id = coalesce(@providerId, provider_id), updated_at = @now
        WHERE key = @key AND state NOT IN ('succeeded', 'declined')
        RETURNING verdict::text
        """;

    public async Task<AttemptClaim> ClaimAsync(AttemptDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new
        {
            Key = draft.Key.Value,
            draft.Operation,
            draft.RequestHash,
            draft.Provider,
            TransactionId = draft.TransactionId.Value,
            draft.WorkflowId,
            now = now.UtcDateTime,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            // No row: another process wrote it after this statement's snapshot was taken. The next look sees it.
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(ClaimSql, values, cancellationToken: cancellationToken));
            if (row is not null)
            {
                return new AttemptClaim(row.ToAttempt(), row.is_new);
            }
        }
    }

    public async Task<PaymentAttempt?> FindAsync(AttemptKey key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, key, cancellationToken);
    }

    public async Task<bool> ResendAsync(AttemptKey key, int sendNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(
            new CommandDefinition(ResendSql, new { key = key.Value, sendNumber, now = now.UtcDateTime }, cancellationToken: cancellationToken)) == 1;
    }

    public async Task<MoneyVerdict> RecordAsync(AttemptKey key, MoneyVerdict verdict, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new
        {
            key = key.Value,
            state = State(verdict),
            verdict = JsonSerializer.Serialize(verdict, PaymentWorkflowsJson.Options),
            providerId = verdict.Facts?.Id,
            now = now.UtcDateTime,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(RecordSql, values, cancellationToken: cancellationToken)) is { } recorded)
        {
            return Row.Read(recorded);
        }

        // In a statement of its own: the first may have waited for the one that recorded the final outcome, whose commit its snapshot does not show.
        return (await FindAsync(connection, key, cancellationToken))?.Verdict ?? throw new InvalidOperationException($"Attempt '{key}' was never claimed.");
    }

    private static async Task<PaymentAttempt?> FindAsync(NpgsqlConnection connection, AttemptKey key, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(FindSql, new { key = key.Value }, cancellationToken: cancellationToken));
        return row?.ToAttempt();
    }

    private static string State(MoneyVerdict verdict) => verdict.Match(_ => "succeeded", _ => "declined", _ => "pending", _ => "not_attempted", _ => "unknown");

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.
    private sealed record Row(
        bool is_new, string key, string operation, string request_hash, string transaction_id, string workflow_id, int send_number, DateTime first_sent_at, DateTime last_sent_at, string? verdict)
    {
        public PaymentAttempt ToAttempt() => new()
        {
            Key = AttemptKey.Parse(key),
            Operation = operation,
            RequestHash = request_hash,
            TransactionId = TransactionId.Parse(transaction_id),
            WorkflowId = workflow_id,
            SendNumber = send_number,
            FirstSentAt = first_sent_at,
            LastSentAt = last_sent_at,
            Verdict = verdict is null ? null : Read(verdict),
        };

        public static MoneyVerdict Read(string json) =>
            JsonSerializer.Deserialize<MoneyVerdict>(json, PaymentWorkflowsJson.Options) ?? throw new InvalidOperationException("A recorded verdict is empty.");
    }
#pragma warning restore IDE1006, CA1812, SA1300
}
