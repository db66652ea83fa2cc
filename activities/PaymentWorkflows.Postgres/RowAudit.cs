using Dapper;
using Npgsql;

namespace PaymentWorkflows.Postgres;

/// <summary>What must hold among the rows once no saga moves any more; for checkers, it reads whole tables.</summary>
public sealed class RowAudit(NpgsqlDataSource database)
{
    private const string PromisedSql = """
        SELECT format('%s: %s of %s are promised back', kept.id, sum(refund.amount), kept.amount_captured)
        FROM pay.refunds refund JOIN pay.checkouts kept ON kept.id = refund.checkout_id
        WHERE refund.status NOT IN ('failed', 'canceled')
        GROUP BY kept.id, kept.amount_captured HAVING sum(refund.amount) > kept.amount_captured
        """;

    private const string PaidTwiceSql = """
        SELECT format('order %s of %s has %s checkouts that are paid or being paid', order_id, merchant, count(*))
        FROM pay.checkouts WHERE status NOT IN ('declined', 'expired', 'canceled')
        GROUP BY merchant, order_id HAVING count(*) > 1
        """;

    private const string BookedTwiceSql = """
        SELECT format('%s: %s captures are in the books', transaction_id, count(*))
        FROM pay.ledger_entries WHERE kind = 'capture' GROUP BY transaction_id HAVING count(*) > 1
        """;

    // As json and not jsonb, and no field as text: a genuine body may hold \u0000, which no text of PostgreSQL holds.
    private const string EventIdSql = """trim(BOTH '"' FROM (convert_from(body, 'UTF8')::json->'id')::text)""";

    private const string EventsSql = $"SELECT {EventIdSql} FROM pay.inbox";

    private const string KeptTwiceSql = $"""
        SELECT format('event %s is kept %s times', event, count(*))
        FROM (SELECT account, {EventIdSql} AS event FROM pay.inbox) AS kept
        GROUP BY account, event HAVING count(*) > 1
        """;

    /// <summary>What is wrong, a sentence each; empty when nothing is.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var sql in new[] { PromisedSql, PaidTwiceSql, BookedTwiceSql, KeptTwiceSql })
        {
            wrong.AddRange(await connection.QueryAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken)));
        }

        return wrong;
    }

    /// <summary>The ids of the provider's events that were taken for genuine.</summary>
    public async Task<IReadOnlyCollection<string>> EventsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var ids = await connection.QueryAsync<string>(new CommandDefinition(EventsSql, cancellationToken: cancellationToken));
        return ids.ToHashSet(StringComparer.Ordinal);
    }
}
