using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Postgres.Bootstrap;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>What <c>pay status --json</c> prints; a public interface that changes only by addition.</summary>
/// <param name="Ready">Every part of the stack was asked just now and can do its work.</param>
/// <param name="Gateway">Address of the first Gateway.</param>
/// <param name="ApiKey">The key it takes.</param>
/// <param name="Temporal">Address of the Temporal server.</param>
/// <param name="Ui">Address of its Web UI.</param>
/// <param name="Postgres">The database as the application role sees it.</param>
/// <param name="Sandbox">The local provider.</param>
/// <param name="Processes">What runs on this machine.</param>
/// <param name="Shop">Address of the sample shop; null where none runs.</param>
/// <param name="NotReady">The parts that did not answer.</param>
internal sealed record StatusReport(
    bool Ready,
    string Gateway,
    string ApiKey,
    string Temporal,
    string Ui,
    string Postgres,
    StatusReport.SandboxAddresses Sandbox,
    IReadOnlyList<ProcessStatus> Processes,
    string? Shop,
    IReadOnlyList<string> NotReady)
{
    /// <summary>The sandbox's ports; null where it plays no such part.</summary>
    internal sealed record SandboxAddresses(string Stripe, string Control, string? Erp = null, string? Merchant = null)
    {
        public static SandboxAddresses Of(SandboxOptions options) =>
            new($"http://{options.Stripe}", $"http://{options.Control}", Web(options.Erp), Web(options.Merchant));

        /// <summary>In one line, for people.</summary>
        public override string ToString() => string.Join(", ", new[] { (Stripe, "Stripe"), (Control, "control"), (Erp, "ERP"), (Merchant, "merchant") }
            .Where(port => port.Item1 is not null).Select(port => $"{port.Item1} ({port.Item2})"));

        private static string? Web(string? address) => address is null ? null : $"http://{address}";
    }

    /// <summary>Asks every part of the stack.</summary>
    public static async Task<StatusReport> TakeAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var state = StackState.Read(new StackFolders(options.DataFolder));
        var processes = state?.Processes.Select(AsSeenNow).ToList() ?? [];
        var probes = Probes(options, state, cancellationToken).ToList();
        await Task.WhenAll(probes.Select(probe => probe.Answer)).ConfigureAwait(false);
        List<string> silent = [.. probes.Where(probe => !probe.Answer.Result).Select(probe => probe.Name)];
        silent.AddRange(processes.Where(process => process.State != ProcessStatus.Running).Select(process => process.Name).Except(silent));
        if (state is not { Ready: true } || !state.Supervisor.IsRunning())
        {
            silent.Add("supervisor");
        }

        return new StatusReport(
            silent.Count == 0,
            $"http://{options.Gateway.Address}",
            options.Gateway.ApiKey,
            options.Temporal.Address,
            $"http://{options.Temporal.Ui}",
            PostgresAddress(options.Postgres),
            SandboxAddresses.Of(options.Sandbox),
            processes,
            options.Samples.Shop is { } shop ? $"http://{shop}" : null,
            silent);
    }

    public static string PostgresAddress(PostgresOptions postgres) =>
        $"postgresql://{Uri.EscapeDataString(postgres.AppRole)}:{Uri.EscapeDataString(postgres.AppPassword)}@{postgres.Address}/{postgres.Database}";

    private static IEnumerable<(string Name, Task<bool> Answer)> Probes(StackOptions options, StackState? state, CancellationToken cancellationToken)
    {
        yield return ("temporal", Stack.Probes.TemporalAsync(options.Temporal, cancellationToken));
        yield return ("postgres", DatabaseBootstrap.AnswersAsync(options.AppConnectionString(), cancellationToken));
        yield return ("sandbox", Stack.Probes.HttpAsync($"http://{options.Sandbox.Control}/health", cancellationToken));
        yield return ("gateway-1", Stack.Probes.HttpAsync($"http://{options.Gateway.Address}/health/ready", cancellationToken));
        foreach (var (name, address) in state?.Health ?? new Dictionary<string, string>())
        {
            if (name is not ("sandbox" or "gateway-1"))
            {
                yield return (name, Stack.Probes.HttpAsync(address, cancellationToken));
            }
        }
    }

    // The file tells what was; a process may have died with its supervisor.
    private static ProcessStatus AsSeenNow(ProcessStatus process) =>
        process.Pid is { } pid && ProcessIdentity.Of(pid) is null ? process with { Pid = null, State = ProcessStatus.Stopped } : process;
}
