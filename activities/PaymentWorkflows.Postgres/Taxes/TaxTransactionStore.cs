using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Postgres.Taxes;

/// <summary>The table <c>pay.tax_transactions</c>.</summary>
internal sealed class TaxTransactionStore(NpgsqlDataSource database) : ITaxTransactionStore
{
    private const string Columns = "key, request_hash, content, send_number, key_spent, first_sent_at, last_sent_at, verdict::text AS verdict";

    private const string ClaimSql = $"""
        WITH written AS (
            INSERT INTO pay.tax_transactions (key, kind, request_hash, content, engine, transaction_id, original, state, first_sent_at, last_sent_at, updated_at)
            VALUES (@Key, @Kind, @RequestHash, @Content, @Engine, @TransactionId, @Original, 'sending', @now, @now, @now)
            ON CONFLICT (key) DO NOTHING RETURNING *)
        SELECT true AS is_new, {Columns} FROM written
        UNION ALL
        SELECT false, {Columns} FROM pay.tax_transactions WHERE key = @Key AND NOT EXISTS (SELECT FROM written)
        """;

    private const string FindSql = $"SELECT false AS is_new, {Columns} FROM pay.tax_transactions WHERE key = @key";

    private const string ResendSql = """
        UPDATE pay.tax_transactions SET send_number = @sendNumber, content = @content, key_spent = false, last_sent_at = @now, updated_at = @now
        WHERE key = @key AND send_number <= @sendNumber AND state <> 'done'
        """;

    // What is done stays: whoever comes later with another outcome is told the recorded one.
    private const string RecordSql = """
        UPDATE pay.tax_transactions
        SET state = @state, verdict = @verdict::jsonb, provider_id = coalesce(@providerId, provider_id), amount = coalesce(@amount, amount),
            currency = coalesce(@currency, currency), key_spent = @keyIsSpent, updated_at = @now
        WHERE key = @key AND state <> 'done'
        RETURNING verdict::text
        """;

    private const string LeftSql = """
        SELECT sale.amount AS total, sale.currency,
            coalesce((SELECT sum(back.amount) FROM pay.tax_transactions back WHERE back.original = @providerId AND back.state = 'done'), 0)::bigint AS reversed
        FROM pay.tax_transactions sale
        WHERE sale.provider_id = @providerId AND sale.kind = 'commit' AND sale.state = 'done' AND sale.amount IS NOT NULL
        """;

    public async Task<TaxClaim> ClaimAsync(TaxDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new
        {
            Key = draft.Key.Value,
            draft.Kind,
            draft.RequestHash,
            draft.Content,
            draft.Engine,
            TransactionId = draft.TransactionId.Value,
            draft.Original,
            now = now.UtcDateTime,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            // No row: another process wrote it after this statement's snapshot was taken. The next look sees it.
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(ClaimSql, values, cancellationToken: cancellationToken));
            if (row is not null)
            {
                return new TaxClaim(row.ToTransaction(), row.is_new);
            }
        }
    }

    public async Task<bool> ResendAsync(AttemptKey key, int sendNumber, string content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            ResendSql, new { key = key.Value, sendNumber, content, now = now.UtcDateTime }, cancellationToken: cancellationToken)) == 1;
    }

    public async Task<StepVerdict> RecordAsync(AttemptKey key, TaxAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new
        {
            key = key.Value,
            state = State(answer.Verdict),
            verdict = JsonSerializer.Serialize(answer.Verdict, PaymentWorkflowsJson.Options),
            providerId = (answer.Verdict as StepVerdict.Done)?.Reference,
            amount = answer.Total?.Minor,
            currency = answer.Total?.Currency.Code,
            keyIsSpent = answer.KeyIsSpent,
            now = now.UtcDateTime,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(RecordSql, values, cancellationToken: cancellationToken)) is { } recorded)
        {
            return Row.Read(recorded);
        }

        // In a statement of its own: the first may have waited for the one that recorded the outcome, whose commit its snapshot does not show.
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(FindSql, new { key = key.Value }, cancellationToken: cancellationToken));
        return row?.ToTransaction().Verdict ?? throw new InvalidOperationException($"Tax transaction '{key}' was never claimed.");
    }

    public async Task<TaxLeft?> LeftOfAsync(string providerId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var left = await connection.QuerySingleOrDefaultAsync<Left>(new CommandDefinition(LeftSql, new { providerId }, cancellationToken: cancellationToken));
        return left is null ? null : new TaxLeft(new Money(left.total, Currency.Parse(left.currency)), new Money(left.reversed, Currency.Parse(left.currency)));
    }

    private static string State(StepVerdict verdict) => verdict switch
    {
        StepVerdict.Done => "done",
        StepVerdict.Refused => "refused",
        StepVerdict.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A verdict nobody has decided about."),
    };

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.
    private sealed record Left(long total, string currency, long reversed);

    private sealed record Row(bool is_new, string key, string request_hash, string content, int send_number, bool key_spent, DateTime first_sent_at, DateTime last_sent_at, string? verdict)
    {
        public TaxTransactionRow ToTransaction() => new()
        {
            Key = AttemptKey.Parse(key),
            RequestHash = request_hash,
            Content = content,
            SendNumber = send_number,
            KeyIsSpent = key_spent,
            FirstSentAt = first_sent_at,
            LastSentAt = last_sent_at,
            Verdict = verdict is null ? null : Read(verdict),
        };

        public static StepVerdict Read(string json) =>
            JsonSerializer.Deserialize<StepVerdict>(json, PaymentWorkflowsJson.Options) ?? throw new InvalidOperationException("A recorded verdict is empty.");
    }
#pragma warning restore IDE1006, CA1812, SA1300
}
