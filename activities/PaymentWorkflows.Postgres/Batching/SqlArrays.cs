using Npgsql;
using NpgsqlTypes;

namespace PaymentWorkflows.Postgres.Batching;

/// <summary>Statements of a batch whose parameters are columns of rows.</summary>
internal static class SqlArrays
{
    public static NpgsqlBatchCommand Command(string sql, params IEnumerable<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        return command;
    }

    public static NpgsqlParameter Texts<T>(IReadOnlyList<T> rows, Func<T, string> value) => Column(NpgsqlDbType.Text, rows, value);

    public static NpgsqlParameter Column<T, TValue>(NpgsqlDbType type, IReadOnlyList<T> rows, Func<T, TValue> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = rows.Select(value).ToArray() };
}
