using System.Globalization;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres.Migrations;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>The stack's PostgreSQL alone: as the stack starts it, with the product's schema, on a free port and in a folder that ends with it.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private readonly StackFolders folders;
    private readonly StackLock held;
    private readonly ProcessSupervisor supervisor;
    private readonly string programs;

    private BenchPostgres(StackOptions options, StackFolders folders, StackLock held, ProcessSupervisor supervisor, string programs)
    {
        Options = options;
        (this.folders, this.held, this.supervisor, this.programs) = (folders, held, supervisor, programs);
    }

    /// <summary>The stack's settings, with the address of this server.</summary>
    public StackOptions Options { get; }

    /// <summary>Starts it in a folder of this name within the stack's data folder.</summary>
    /// <exception cref="StackException">It did not start.</exception>
    public static async Task<BenchPostgres> StartAsync(StackOptions stack, string name, IProgress progress, CancellationToken cancellationToken)
    {
        var options = stack with
        {
            Data = Path.Combine(stack.DataFolder, name),
            Postgres = stack.Postgres with { Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{PortOwners.FreePort(SharedPorts.Of(stack))}") },
        };
        var folders = new StackFolders(options.DataFolder);
        folders.Create();
        var held = StackLock.Take(folders);
        await Leftovers.EndAsync(folders, progress, TimeProvider.System).ConfigureAwait(false);
        await PostgresTools.DeleteAsync(folders, cancellationToken).ConfigureAwait(false);
        var found = await new ProgramFinder(options, RepositoryLayout.Current, progress).FindPostgresAsync(cancellationToken).ConfigureAwait(false);
        var postgres = new BenchPostgres(options, folders, held, new ProcessSupervisor(folders, progress, TimeProvider.System), found.Path);
        try
        {
            var server = await PostgresServer.PrepareAsync(options, found, folders, progress, cancellationToken).ConfigureAwait(false);
            await server.InitializeAsync(cancellationToken).ConfigureAwait(false);
            await postgres.supervisor.StartAsync(server.Spec(), cancellationToken).ConfigureAwait(false);
            await server.BootstrapAsync(cancellationToken).ConfigureAwait(false);
            await Migrator.MigrateAsync(options.OwnerConnectionString(), options.Postgres.AppRole, cancellationToken).ConfigureAwait(false);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The server's first process; all others descend from it.</summary>
    public int Pid => supervisor.Statuses.Single().Pid ?? throw new StackException("PostgreSQL does not run.");

    /// <summary>PostgreSQL's own programs against this server.</summary>
    public Task<PostgresTools> ToolsAsync(CancellationToken cancellationToken) => PostgresTools.OpenAsync(Options, programs, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await supervisor.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await supervisor.DisposeAsync().ConfigureAwait(false);
        await PostgresTools.DeleteAsync(folders, CancellationToken.None).ConfigureAwait(false);
        held.Dispose();
        Directory.Delete(folders.Data, recursive: true);
    }
}
