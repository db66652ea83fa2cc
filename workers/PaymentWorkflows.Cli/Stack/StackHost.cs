using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Hosting.Temporal;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// The whole local stack: PostgreSQL, Temporal and the sandbox first and together, then the schema, then Gateways and workers. One runs
/// per data folder. Disposing it stops everything in reverse order.
/// </summary>
public sealed class StackHost : IAsyncDisposable
{
    private const long LeastFreeSpace = 200L * 1024 * 1024;

    private readonly StackOptions _options;
    private readonly IProgress _progress;
    private readonly TimeProvider _time;
    private readonly StackFolders _folders;
    private readonly StackLock _lock;
    private readonly ProcessSupervisor _supervisor;
    private readonly ProductProcesses _product;
    private readonly RepositoryLayout _layout;
    private readonly Lock _stateLock = new();
    private bool _ready;

    private StackHost(StackOptions options, RepositoryLayout layout, StackFolders folders, StackLock stackLock, IProgress progress, TimeProvider time, IReadOnlyDictionary<string, string?> variables)
    {
        (_options, _layout, _folders, _lock, _progress, _time) = (options, layout, folders, stackLock, progress, time);
        _supervisor = new ProcessSupervisor(folders, progress, time);
        _product = new ProductProcesses(options, layout, folders, variables);
        _supervisor.Changed += WriteState;
    }

    /// <summary>Takes the data folder for this process and ends what a killed run left in it. Nothing is started yet.</summary>
    /// <exception cref="StackException">Another stack runs there, or the disk is full.</exception>
    /// <param name="options">The stack.</param>
    /// <param name="layout">Where its programs are.</param>
    /// <param name="progress">Hears what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="variables">Environment variables of the Gateways and workers; null adds none.</param>
    public static async Task<StackHost> OpenAsync(
        StackOptions options, RepositoryLayout layout, IProgress progress, TimeProvider time, IReadOnlyDictionary<string, string?>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folders = new StackFolders(options.DataFolder);
        folders.Create();
        var stackLock = StackLock.Take(folders);
        try
        {
            RequireSpace(folders);
            await Leftovers.EndAsync(folders, progress, time).ConfigureAwait(false);
            return new StackHost(options, layout, folders, stackLock, progress, time, variables ?? new Dictionary<string, string?>());
        }
        catch
        {
            stackLock.Dispose();
            throw;
        }
    }

    /// <summary>Starts everything and returns when every part is ready.</summary>
    /// <exception cref="StackException">A port is taken, a program is missing, or a part did not become ready.</exception>
    /// <exception cref="ConfigurationException">The password that migrates the database is missing.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _options.RequireOwnerPassword();
        WriteState();
        await RequirePortsAsync(cancellationToken).ConfigureAwait(false);

        // When one of them fails, the others are told to give up, so that the first failure is the one that is reported.
        await TogetherAsync(cancellationToken, token => _supervisor.StartAsync(_product.Sandbox(), token), StartProductAsync).ConfigureAwait(false);
        _ready = true;
        WriteState();
    }

    /// <summary>Stops everything in reverse order; what is left when <paramref name="now"/> is cancelled is killed.</summary>
    public async Task StopAsync(CancellationToken now)
    {
        _ready = false;
        await _supervisor.StopAsync(now).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _supervisor.Changed -= WriteState;
        await _supervisor.DisposeAsync().ConfigureAwait(false);
        File.Delete(_folders.StateFile);
        _lock.Dispose();
    }

    /// <summary>The servers, the schema, then all that works on them. The sandbox starts beside it: nobody needs a provider to begin.</summary>
    private async Task StartProductAsync(CancellationToken cancellationToken)
    {
        await TogetherAsync(cancellationToken, StartPostgresAsync, StartTemporalAsync).ConfigureAwait(false);
        await DatabaseSchema.MigrateAsync(_options, cancellationToken).ConfigureAwait(false);
        await TogetherAsync(
            cancellationToken,
            [SetCurrentBuildAsync, .. _product.Gateways().Concat(_product.Workers()).Concat(_product.Samples()).Select(spec => (Func<CancellationToken, Task>)(token => _supervisor.StartAsync(spec, token)))]).ConfigureAwait(false);
    }

    /// <summary>The one build of this stack begins the new sagas, also on a server that another build worked on.</summary>
    private async Task SetCurrentBuildAsync(CancellationToken cancellationToken)
    {
        if (SagaVersion.Of(_options.Temporal.Deployment, _product.SagaAssembly) is { } version)
        {
            await CurrentBuild.SetAsync(_options.Temporal, version, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StartPostgresAsync(CancellationToken cancellationToken)
    {
        if (!IsLocal(_options.Postgres.Address))
        {
            _progress.Say($"postgres: using the server at {_options.Postgres.Address}");
            return;
        }

        var programs = await new ProgramFinder(_options, _layout, _progress).FindPostgresAsync(cancellationToken).ConfigureAwait(false);
        var server = await PostgresServer.PrepareAsync(_options, programs, _folders, _progress, cancellationToken).ConfigureAwait(false);
        await server.InitializeAsync(cancellationToken).ConfigureAwait(false);
        await _supervisor.StartAsync(server.Spec(), cancellationToken).ConfigureAwait(false);
        await server.BootstrapAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool StartsTemporal => IsLocal(_options.Temporal.Address) && !_options.Temporal.External;

    private async Task StartTemporalAsync(CancellationToken cancellationToken)
    {
        if (StartsTemporal)
        {
            var program = await new ProgramFinder(_options, _layout, _progress).FindTemporalAsync(cancellationToken).ConfigureAwait(false);
            await _supervisor.StartAsync(new TemporalServer(_options, program, _folders).Spec(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _progress.Say($"temporal: using the server at {_options.Temporal.Address}");
        }

        await TemporalServer.RegisterSearchAttributesAsync(_options.Temporal, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequirePortsAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, address) in Listeners())
        {
            await PortOwners.RequireFreeAsync(address, key, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<(string Key, HostPort Address)> Listeners()
    {
        if (StartsTemporal)
        {
            yield return ("temporal.address", HostPort.Parse(_options.Temporal.Address));
            yield return ("temporal.ui", HostPort.Parse(_options.Temporal.Ui));
        }

        if (IsLocal(_options.Postgres.Address))
        {
            yield return ("postgres.address", HostPort.Parse(_options.Postgres.Address));
        }

        yield return ("sandbox.stripe", HostPort.Parse(_options.Sandbox.Stripe));
        yield return ("sandbox.control", HostPort.Parse(_options.Sandbox.Control));
        if (_options.Samples.Shop is { } shop)
        {
            yield return ("samples.shop", HostPort.Parse(shop));
        }

        if (_options.Sandbox.Erp is { } erp)
        {
            yield return ("sandbox.erp", HostPort.Parse(erp));
        }

        if (_options.Sandbox.Merchant is { } merchant)
        {
            yield return ("sandbox.merchant", HostPort.Parse(merchant));
        }

        for (var i = 0; i < _options.Gateway.Count; i++)
        {
            yield return ("gateway.address", HostPort.Parse(_options.Gateway.Address).Next(i));
        }
    }

    private static bool IsLocal(string address) => HostPort.Parse(address).Host is "localhost" or "::1" or "0.0.0.0" or "::" || address.StartsWith("127.", StringComparison.Ordinal);

    private static async Task TogetherAsync(CancellationToken cancellationToken, params Func<CancellationToken, Task>[] steps)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = steps.Select(step => step(others.Token)).ToList();
        Exception? first = null;
        await foreach (var ended in Task.WhenEach(running).ConfigureAwait(false))
        {
            try
            {
                await ended.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                first ??= e;
                await others.CancelAsync().ConfigureAwait(false);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    private static void RequireSpace(StackFolders folders)
    {
        var free = new DriveInfo(folders.Data).AvailableFreeSpace;
        if (free < LeastFreeSpace)
        {
            throw new StackException($"Only {free / (1024 * 1024)} MB are free on the disk of {folders.Data}; the stack needs 200 MB.");
        }
    }

    private void WriteState()
    {
        lock (_stateLock)
        {
            try
            {
                new StackState(ProcessIdentity.Of(Environment.ProcessId)!, _options.ConfigFile, _ready, _supervisor.Statuses, new Dictionary<string, string>(_product.Health)).Write(_folders);
            }
            catch (StackException e)
            {
                // The processes run on; only pay status knows less.
                _progress.Say(e.Message);
            }
        }
    }
}
