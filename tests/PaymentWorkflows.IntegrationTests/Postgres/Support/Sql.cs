using Dapper;
using Npgsql;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>Statements that tests send past the stores.</summary>
internal static class Sql
{
    /// <summary>Seconds: filling a table takes long on a busy machine.</summary>
    private const int Patience = 180;

    public static async Task ExecuteAsync(string connectionString, string sql, object? values = null)
    {
        await using var connection = await OpenAsync(connectionString);
        await connection.ExecuteAsync(new CommandDefinition(sql, values, commandTimeout: Patience, cancellationToken: TestContext.Current.CancellationToken));
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(string connectionString, string sql, object? values = null)
    {
        await using var connection = await OpenAsync(connectionString);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: TestContext.Current.CancellationToken))).AsList();
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(NpgsqlConnection connection, string sql) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: TestContext.Current.CancellationToken))).AsList();

    /// <summary>Sends a statement that the database must refuse; gives the SQLSTATE of the refusal.</summary>
    public static async Task<string> RefusedAsync(string connectionString, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connectionString, sql), $"'{sql}' went through.")).SqlState;

    /// <summary>Asks until the answer is what is waited for; after a minute the wait is in vain.</summary>
    public static async Task UntilAsync<T>(string connectionString, string sql, T wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await using var connection = await OpenAsync(connectionString);
        var command = new CommandDefinition(sql, cancellationToken: patience.Token);
        while (!EqualityComparer<T>.Default.Equals(await connection.ExecuteScalarAsync<T>(command), wanted))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
