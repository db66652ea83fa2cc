using System.Text.Json;
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

    private const string EventsSql = "SELECT account, body FROM pay.inbox";

    /// <summary>What is wrong, a sentence each; empty when nothing is.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var sql in new[] { PromisedSql, PaidTwiceSql, BookedTwiceSql })
        {
            wrong.AddRange(await connection.QueryAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken)));
        }

        var kept = await ReadEventsAsync(connection, cancellationToken);
        return [.. wrong, .. kept.CountBy(one => one).Where(one => one.Value > 1).Select(one => $"event {one.Key.Id} is kept {one.Value} times")];
    }

    /// <summary>The ids of the provider's events that were taken for genuine.</summary>
    public async Task<IReadOnlyCollection<string>> EventsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await ReadEventsAsync(connection, cancellationToken)).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The events by what their bodies say, not by the key of their rows: that key is what is checked.</summary>
    private static async Task<IReadOnlyCollection<(string Account, string Id)>> ReadEventsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var events = new List<(string Account, string Id)>();
        await using var command = new NpgsqlCommand(EventsSql, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            events.Add((rows.GetString(0), IdOf(rows.GetFieldValue<byte[]>(1))));
        }

        return events;
    }

    /// <remarks>Not by the database: a genuine body may hold \u0000 or half a surrogate pair, which no text of PostgreSQL holds.</remarks>
    private static string IdOf(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }
}
