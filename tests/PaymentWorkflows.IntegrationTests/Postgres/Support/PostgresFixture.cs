using Npgsql;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.IntegrationTests.Stack;
using PaymentWorkflows.Postgres.Migrations;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>One PostgreSQL for all tests that want one: started by the first of them, migrated once, copied for each.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<Running>> _running = new(StartAsync);
    private readonly SemaphoreSlim _copying = new(1);
    private int _copies;

    /// <summary>A migrated and empty database of the caller's own.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        var running = await _running.Value;
        var name = $"test_{Interlocked.Increment(ref _copies)}";
        var template = running.Options.Postgres;

        // The rights on a database are no part of its copy.
        await _copying.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await Sql.ExecuteAsync(running.Superuser("postgres"), $"CREATE DATABASE {name} TEMPLATE {template.Database} OWNER {template.OwnerRole}");
            await Sql.ExecuteAsync(running.Superuser("postgres"), $"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {template.AppRole}");
        }
        finally
        {
            _copying.Release();
        }

        var copy = running.Options with { Postgres = template with { Database = name } };
        return new TestDatabase(name, copy.AppConnectionString(), copy.OwnerConnectionString() + ";Pooling=false", running.Superuser(name));
    }

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated)
        {
            var running = await _running.Value;
            await running.Supervisor.StopAsync(CancellationToken.None);
            await running.Supervisor.DisposeAsync();
            running.Folder.Dispose();
        }

        _copying.Dispose();
    }

    private static async Task<Running> StartAsync()
    {
        var folder = new StackFolder();
        var supervisor = new ProcessSupervisor(folder.Folders, folder, TimeProvider.System);
        var programs = await new ProgramFinder(folder.Options, RepositoryLayout.Current, folder).FindPostgresAsync(CancellationToken.None);
        var server = await PostgresServer.PrepareAsync(folder.Options, programs, folder.Folders, folder, CancellationToken.None);
        await server.InitializeAsync(CancellationToken.None);
        await supervisor.StartAsync(server.Spec(), CancellationToken.None);
        await server.BootstrapAsync(CancellationToken.None);
        await Migrator.MigrateAsync(folder.Options.OwnerConnectionString() + ";Pooling=false", folder.Options.Postgres.AppRole, CancellationToken.None);

        var files = await PostgresFolders.ChooseAsync(folder.Folders, await ServerUser.ChooseAsync(CancellationToken.None), CancellationToken.None);
        return new Running(folder, supervisor, (await File.ReadAllTextAsync(files.PasswordFile)).Trim());
    }

    private sealed record Running(StackFolder Folder, ProcessSupervisor Supervisor, string SuperuserPassword)
    {
        public StackOptions Options => Folder.Options;

        public string Superuser(string database) =>
            new NpgsqlConnectionStringBuilder(Options.Postgres.ConnectionString("postgres", SuperuserPassword, database, maxPoolSize: 1)) { Pooling = false }.ConnectionString;
    }
}
