using System.Globalization;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>What the benchmark runs beside the stack: the plain saga's worker, and a Gateway that starts its checkouts in the other placement.</summary>
internal sealed class BenchProcesses : IAsyncDisposable
{
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
    }

    /// <summary>A Gateway whose checkouts run their steps on the roles' own queues.</summary>
    public GatewayOptions Isolated { get; }

    /// <summary>A Gateway whose checkouts run their steps in the saga's own worker.</summary>
    public GatewayOptions Lean { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await supervisor.StartAsync(Gateway("bench-lean", Lean, "lean"), cancellationToken).ConfigureAwait(false);
        await supervisor.StartAsync(Gateway("bench-isolated", Isolated, "isolated"), cancellationToken).ConfigureAwait(false);
        var health = Local();
        await supervisor.StartAsync(
            Spec("bench-plain", "PaymentWorkflows.Lab", ["--roles", "sagas", "--config", options.ConfigFile, "--name", "bench-plain", "--health", health], health, []),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The processes by what they are part of: temporal, postgres, sandbox, client, and the product's own.</summary>
    public IReadOnlyDictionary<string, int> Pids()
    {
        var stack = StackState.Read(folders)?.Processes ?? [];
        return stack.Concat(supervisor.Statuses).Where(process => process.Pid is not null)
            .ToDictionary(process => process.Name, process => process.Pid!.Value, StringComparer.Ordinal);
    }

    public ValueTask DisposeAsync() => supervisor.DisposeAsync();

    private ProcessSpec Gateway(string name, GatewayOptions gateway, string placement) => Spec(
        name, "PaymentWorkflows.Gateway", ["--config", options.ConfigFile, "--name", name, "--address", gateway.Address], gateway.Address, new() { ["PAY__PLACEMENT"] = placement });

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
