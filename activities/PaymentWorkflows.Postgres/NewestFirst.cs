using System.Text;
using Dapper;
using Npgsql;

namespace PaymentWorkflows.Postgres;

/// <summary>A page of a table that lists its rows newest first, by <c>created_at</c> and <c>id</c>, between two cursors.</summary>
/// <param name="table">The table.</param>
/// <param name="columns">What is read of it.</param>
internal sealed class NewestFirst(string table, string columns)
{
    private readonly DynamicParameters values = new();
    private readonly StringBuilder where = new("true");

    /// <summary>Adds a condition that names the value; nothing when there is no value.</summary>
    public void Filter(string condition, string name, object? value)
    {
        if (value is not null)
        {
            where.Append(" AND ").Append(condition);
            values.Add(name, value);
        }
    }

    /// <summary>Only what waits for a person, or only the rest; null takes both.</summary>
    public void Held(bool? held) => where.Append(held switch { true => " AND held", false => " AND NOT held", null => "" });

    /// <summary>Reads the page, newest first, and whether there is more behind it.</summary>
    /// <param name="database">Where.</param>
    /// <param name="after">The id that the page comes after; null begins with the newest.</param>
    /// <param name="before">The id that the page ends before; not together with <paramref name="after"/>.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<(IReadOnlyList<TRow> Rows, bool HasMore)> ReadAsync<TRow>(NpgsqlDataSource database, string? after, string? before, int limit, CancellationToken cancellationToken)
    {
        // The cursor's own place is read first: a row constructor compared with constants is what the index can start at.
        Filter($"(created_at, id) < (SELECT created_at, id FROM {table} WHERE id = @after)", "after", after);
        Filter($"(created_at, id) > (SELECT created_at, id FROM {table} WHERE id = @before)", "before", before);
        values.Add("limit", limit + 1);
        var backwards = before is not null;
        var direction = backwards ? "ASC" : "DESC";
        var sql = $"SELECT {columns} FROM {table} WHERE {where} ORDER BY created_at {direction}, id {direction} LIMIT @limit";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<TRow>(new CommandDefinition(sql, values, cancellationToken: cancellationToken))).AsList();
        var page = rows.Take(limit);
        return ([.. backwards ? page.Reverse() : page], rows.Count > limit);
    }
}
