using System.Globalization;
using Npgsql;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>A database of one test, seen as each of the three roles, and the stores over it.</summary>
public sealed class TestDatabase(string name, string app, string owner, string superuser) : IAsyncDisposable
{
    private readonly List<Stores> _opened = [];

    public string Name => name;

    /// <summary>What the product runs as.</summary>
    public string App { get; } = new NpgsqlConnectionStringBuilder(app) { Pooling = false }.ConnectionString;

    /// <summary>What migrates.</summary>
    public string Owner => owner;

    /// <summary>For what belongs to the server, such as ending a connection.</summary>
    public string Superuser => superuser;

    /// <summary>The stores as one process of the product has them; each call is another process.</summary>
    public Stores Open()
    {
        var stores = new Stores(app);
        _opened.Add(stores);
        return stores;
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(FormattableString sql) => Sql.QueryAsync<T>(owner, sql.ToString(CultureInfo.InvariantCulture));

    public async Task<T> ScalarAsync<T>(FormattableString sql) => (await QueryAsync<T>(sql)).Single();

    /// <summary>How many rows a table has.</summary>
    public Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM pay.{table}");

    /// <summary>Returns when that many of the product's connections wait for a lock that somebody else holds.</summary>
    public Task UntilBlockedAsync(int connections) => Sql.UntilAsync(
        superuser, $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND usename = 'pay_app' AND wait_event_type = 'Lock'", (long)connections);

    /// <summary>Waits until a table holds so many rows.</summary>
    public Task UntilWrittenAsync(string table, int rows) => Sql.UntilAsync(owner, $"SELECT count(*) FROM pay.{table}", (long)rows);

    public async ValueTask DisposeAsync()
    {
        foreach (var stores in _opened)
        {
            await stores.DisposeAsync();
        }

        await Sql.ExecuteAsync(new NpgsqlConnectionStringBuilder(superuser) { Database = "postgres" }.ConnectionString, $"DROP DATABASE {name} WITH (FORCE)");
    }
}
