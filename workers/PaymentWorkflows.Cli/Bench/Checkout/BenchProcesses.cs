using System.Globalization;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>What the benchmark runs beside the stack: the plain saga's worker, a Gateway for each placement, and the DBOS saga with its provider.</summary>
internal sealed class BenchProcesses : IAsyncDisposable
{
    /// <summary>The DBOS saga's provider: what it charges is nothing that the stack's books know of.</summary>
    public const string DbosSandboxName = "bench-dbos-sandbox";

    private const string DbosErpKey = "erp_key_of_the_benchmark";

    private readonly StackOptions options;
    private readonly StackFolders folders;
    private readonly ProcessSupervisor supervisor;
    private readonly HashSet<int> promised;

    public BenchProcesses(StackOptions options, IProgress progress)
    {
        this.options = options;
        folders = new StackFolders(options.DataFolder);
        supervisor = new ProcessSupervisor(folders, progress, TimeProvider.System);
        promised = [.. SharedPorts.Of(options)];
        Isolated = options.Gateway with { Address = Local() };
        Lean = options.Gateway with { Address = Local() };
        DbosAddress = Local();
        DbosSandbox = new SandboxOptions { Stripe = Local(), Control = Local(), Erp = Local() };
    }

    /// <summary>A Gateway whose checkouts run their steps on the roles' own queues.</summary>
    public GatewayOptions Isolated { get; }

    /// <summary>A Gateway whose checkouts run their steps in the saga's own worker.</summary>
    public GatewayOptions Lean { get; }

    /// <summary>Where the DBOS saga listens, once it is started.</summary>
    public string DbosAddress { get; }

    /// <summary>Its provider and ERP.</summary>
    public SandboxOptions DbosSandbox { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await supervisor.StartAsync(Gateway("bench-lean", Lean, "lean"), cancellationToken).ConfigureAwait(false);
        await supervisor.StartAsync(Gateway("bench-isolated", Isolated, "isolated"), cancellationToken).ConfigureAwait(false);
        var health = Local();
        await supervisor.StartAsync(
            Spec("bench-plain", "PaymentWorkflows.Lab", ["--roles", "sagas", "--config", options.ConfigFile, "--name", "bench-plain", "--health", health], health, []),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the DBOS saga with its provider and ERP. The provider's webhooks go where the plain saga's go, so that taking them in costs the same.</summary>
    public async Task StartDbosAsync(DbosProgram program, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--stripe", DbosSandbox.Stripe, "--control", DbosSandbox.Control, "--state", Path.Combine(folders.Data, "bench", "dbos-sandbox"),
            "--api-key", options.Stripe.ApiKey, "--erp", DbosSandbox.Erp!, "--erp-key", DbosErpKey,
            "--webhook-url", $"http://{options.Gateway.Address}/webhooks/stripe/{options.Stripe.Account}", "--webhook-secret", options.Stripe.WebhookSecret,
        ];
        await supervisor.StartAsync(
            Spec(DbosSandboxName, "PaymentWorkflows.Sandbox", arguments, DbosSandbox.Control, []) with
            {
                IsReady = stop => Probes.HttpAsync($"http://{DbosSandbox.Control}/health", stop),
                Tier = StackTiers.Provider,
            },
            cancellationToken).ConfigureAwait(false);
        await supervisor.StartAsync(Dbos(program), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The processes by what they are part of: temporal, postgres, sandbox, client, and the product's own.</summary>
    public IReadOnlyDictionary<string, int> Pids()
    {
        var stack = StackState.Read(folders)?.Processes ?? [];
        var pids = stack.Concat(supervisor.Statuses).Where(process => process.Pid is not null)
            .ToDictionary(process => process.Name, process => process.Pid!.Value, StringComparer.Ordinal);
        if (options.Temporal.External && PortOwners.OwnerOf(HostPort.Parse(options.Temporal.Address).Port) is { } server)
        {
            pids["temporal"] = server;
        }

        return pids;
    }

    public ValueTask DisposeAsync() => supervisor.DisposeAsync();

    private ProcessSpec Gateway(string name, GatewayOptions gateway, string placement) => Spec(
        name, "PaymentWorkflows.Gateway", ["--config", options.ConfigFile, "--name", name, "--address", gateway.Address], gateway.Address, new() { ["PAY__PLACEMENT"] = placement });

    private ProcessSpec Dbos(DbosProgram program) => new()
    {
        Name = "bench-dbos",
        Role = "bench",
        Program = program.Node,
        Arguments = [program.Script],
        Environment = new Dictionary<string, string?>
        {
            ["NODE_ENV"] = "production",
            ["BENCH_ADDRESS"] = DbosAddress,

            // It makes its own tables, which the application's role may not.
            ["BENCH_DATABASE"] = StatusReport.PostgresAddress(options.Postgres with { AppRole = options.Postgres.OwnerRole, AppPassword = options.RequireOwnerPassword() }),
            ["BENCH_POOL_SIZE"] = options.Postgres.MaxPoolSize.ToString(CultureInfo.InvariantCulture),
            ["BENCH_STRIPE"] = $"http://{DbosSandbox.Stripe}",
            ["BENCH_STRIPE_KEY"] = options.Stripe.ApiKey,
            ["BENCH_STRIPE_VERSION"] = options.Stripe.ApiVersion,
            ["BENCH_ERP"] = $"http://{DbosSandbox.Erp}",
            ["BENCH_ERP_KEY"] = DbosErpKey,
            ["BENCH_TIMEOUT_MS"] = options.Stripe.Timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
        },
        LogFile = folders.LogFile("bench-dbos"),
        IsReady = cancellationToken => Probes.HttpAsync($"http://{DbosAddress}/health", cancellationToken),
        Tier = StackTiers.Product,

        // The first start makes DBOS's tables, in more than a hundred steps.
        ReadyTimeout = TimeSpan.FromMinutes(5),
    };

    private ProcessSpec Spec(string name, string project, IReadOnlyList<string> arguments, string health, Dictionary<string, string?> variables) => new()
    {
        Name = name,
        Role = "bench",
        Program = RepositoryLayout.DotnetHost(),
        Arguments = [RepositoryLayout.Current.Assembly(project), .. arguments],
        Environment = new Dictionary<string, string?>(variables) { ["DOTNET_gcServer"] = "0", ["ASPNETCORE_URLS"] = null },
        LogFile = folders.LogFile(name),
        IsReady = cancellationToken => Probes.HttpAsync($"http://{health}/health/ready", cancellationToken),
        Tier = StackTiers.Product,
        StopTimeout = options.LongestCall + TimeSpan.FromSeconds(20),
    };

    private string Local()
    {
        var port = PortOwners.FreePort(promised);
        promised.Add(port);
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }
}
