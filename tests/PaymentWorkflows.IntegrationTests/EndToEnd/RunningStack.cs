using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Cli.Chaos;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.Notices;
using PaymentWorkflows.IntegrationTests.Telemetry;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.TestKit.Sandbox;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// The whole stack as <c>pay dev</c> runs it - PostgreSQL, Temporal, sandbox, two Gateways, three saga workers, one each for
/// payments, tax, ERP and notices - on free ports and in a folder of its own, and the backend of its merchant acme.
/// </summary>
public sealed partial class RunningStack : IAsyncLifetime, IProgress
{
    private const int Starts = 3;

    /// <summary>One stack after the other: two that start at once keep every other test from its turn.</summary>
    private static readonly SemaphoreSlim Starting = new(1);

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("pay-e2e-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private StackHost? host;

    public StackOptions Options { get; private set; } = null!;

    /// <summary>The backend of the merchant acme; what it does is every test's to change and to put back.</summary>
    public NoticeReceiver Acme { get; } = new();

    /// <summary>What the processes tell of their traces.</summary>
    public SpanReceiver Spans { get; } = new();

    /// <summary>What hits the processes where a test says.</summary>
    internal ChaosTrap Trap { get; private set; } = null!;

    /// <summary>The sandbox's control port.</summary>
    public SandboxControl Control { get; private set; } = null!;

    /// <summary>A caller's Temporal client, as the README shows it.</summary>
    public ITemporalClient Temporal { get; private set; } = null!;

    /// <summary>What was said while it ran.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public StackFolders Folders => new(Options.DataFolder);

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The database's user must be able to pass through.
            File.SetUnixFileMode(root.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        AppDomain.CurrentDomain.ProcessExit += EndWhatRuns;
        await Starting.WaitAsync();
        try
        {
            for (var tries = 1; host is null; tries++)
            {
                host = await StartAsync(lastTry: tries == Starts);
            }

            // Before the next one starts: what is warmed up is waited for no longer than any other purchase.
            Control = new SandboxControl(http, () => new Uri($"http://{Options.Sandbox.Control}"));
            Temporal = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(Options.Temporal.Address) { DataConverter = PaymentWorkflowsJson.DataConverter });
            await WarmUpAsync();
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWhatRuns;
        try
        {
            if (Control is not null)
            {
                await RequireRightBooksAsync();
            }
        }
        finally
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }

            await Acme.DisposeAsync();
            await Spans.DisposeAsync();
            http.Dispose();
            root.Delete(recursive: true);
        }
    }

    /// <summary>Whatever was played, in the end the books are right and agree with what the provider really did.</summary>
    private async Task RequireRightBooksAsync()
    {
        await using var services = new ServiceCollection().AddPostgres(Options.AppConnectionString()).BuildServiceProvider();
        var ledger = services.GetRequiredService<ILedger>();
        await EventuallyAsync(
            async () => await LedgerReport.TakeAsync(Options, ledger, CancellationToken.None) is { Ok: false } wrong ? $"wrong after all tests: {string.Join("; ", wrong.Lines())}" : "",
            problem => problem.Length == 0);
    }

    /// <summary>Starts the stack; null when it did not start, for a port may have been taken between the choice and the start.</summary>
    private async Task<StackHost?> StartAsync(bool lastTry)
    {
        var file = Path.Combine(root.FullName, StackOptionsLoader.DefaultFileName);
        await File.WriteAllTextAsync(file, Configuration());
        var methods = await File.ReadAllTextAsync(Path.Combine(RepositoryLayout.Current.Root!, "payment-methods.yaml"));
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "payment-methods.yaml"), methods + Slips);
        Options = StackOptionsLoader.Load(file, new Dictionary<string, string>(), root.FullName);
        Trap = new ChaosTrap(Path.Combine(root.FullName, "trap"));
        var stack = await StackHost.OpenAsync(Options, RepositoryLayout.Current, this, TimeProvider.System, Trap.Variables);
        try
        {
            await stack.StartAsync(CancellationToken.None);
            return stack;
        }
        catch (StackException e)
        {
            await stack.DisposeAsync();
            return lastTry ? throw new InvalidOperationException($"The stack did not start: {e.Message}\n{string.Join('\n', Lines)}", e) : null;
        }
    }

    /// <summary>A test run that is broken off leaves no process behind either.</summary>
    private void EndWhatRuns(object? sender, EventArgs end)
    {
        foreach (var pid in StackState.Read(Folders)?.Processes.Select(process => process.Pid).OfType<int>() ?? [])
        {
            UnixSignals.SendToGroup(pid, UnixSignals.Kill);
        }
    }

    public void Say(string line) => Lines.Enqueue(line);

    /// <summary>The API of one Gateway.</summary>
    internal GatewayClient Gateway(int number = 1) => new(Options.Gateway with { Address = HostPort.Parse(Options.Gateway.Address).Next(number - 1).ToString() });

    /// <summary>The process id that a process has now.</summary>
    public int PidOf(string name) =>
        StackState.Read(Folders)!.Processes.Single(process => process.Name == name).Pid ?? throw new InvalidOperationException($"{name} does not run.");

    /// <summary>How often a process died and was started again.</summary>
    public int RestartsOf(string name) => StackState.Read(Folders)!.Processes.Single(process => process.Name == name).Restarts;

    /// <summary>Waits until every process runs, so that no test meets one that was killed in the test before.</summary>
    public Task UntilAllRunAsync() => EventuallyAsync(
        () => Task.FromResult(string.Join(", ", StackState.Read(Folders)!.Processes.Where(process => process.State != ProcessStatus.Running).Select(process => $"{process.Name} {process.State}"))),
        others => others.Length == 0);

    /// <summary>Ends a process as a power cut would; the supervisor starts it again.</summary>
    public void Kill(string name) => UnixSignals.Send(PidOf(name), UnixSignals.Kill);

    /// <summary>Asks a process to stop, as an orchestrator does; the supervisor starts it again.</summary>
    public void AskToStop(string name) => UnixSignals.Send(PidOf(name), UnixSignals.Terminate);

    /// <summary>Halts a process, so that what is sent to it waits; <see cref="Resume"/> lets it go on.</summary>
    public void Halt(string name) => UnixSignals.SendToGroup(PidOf(name), Stop);

    /// <summary>Lets a halted process go on.</summary>
    public void Resume(string name) => UnixSignals.SendToGroup(PidOf(name), Continue);

    private const int Continue = 18;
    private const int Stop = 19;

    private const string Refundable = "refunds: { partial: true, window: P30D }";

    /// <summary>
    /// Methods that are in YAML alone: slips that expire in seconds and may be paid later, of which one may be given back and one takes little;
    /// and two that last, for whoever pays or cancels in time.
    /// </summary>
    private static readonly string Slips = Slip("quick_slip", "Quick slip", Refundable) + Slip("one_way_slip", "One-way slip", "")
        + Slip("small_slip", "Small slip", "limits: { eur: { max: 4000 } }")
        + Slip("lasting_slip", "Lasting slip", Refundable, "P3D") + Slip("lasting_one_way_slip", "Lasting one-way slip", "", "P3D");

    private static string Slip(string method, string name, string more, string expiry = "PT6S") => $$"""

          {{method}}:
            names: { en: {{name}} }
            flow: voucher
            outcome: webhook
            expiry: {{expiry}}
            late: P3D
            countries: any
            currencies: any
            capture: [automatic]
            settles: 1
            provider:
              stripe: { type: {{method}} }
            {{more}}

        """;

    /// <summary>The repository's own configuration with free ports, more processes and short patience.</summary>
    private string Configuration()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryLayout.Current.Root!, StackOptionsLoader.DefaultFileName));
        // All in a row; the second Gateway takes the port after the first, which is the last of the row but one.
        var addresses = LocalPort().Matches(text).Select(match => match.Value).Distinct().OrderBy(address => address.EndsWith(":7080", StringComparison.Ordinal)).ToArray();
        var port = FreePort.Next(addresses.Length + 1);
        foreach (var address in addresses)
        {
            text = text.Replace(address, $"127.0.0.1:{port}", StringComparison.Ordinal);
            port++;
        }

        foreach (var (key, value) in new[]
        {
            ("count: 1\n  max_body_bytes", "count: 2\n  max_body_bytes"), ("role: sagas\n    count: 1", "role: sagas\n    count: 3"), ("timeout: PT5S", "timeout: PT1S"),
            ("search_lag: PT2S", "search_lag: PT0.3S"), ("key_lease: PT10S", "key_lease: PT2S"), ("hold_deadline: PT24H", "hold_deadline: PT2S"), ("patience: PT1M", "patience: PT2S"),
            ("    build_id: local", "    # build_id: local"),
            ("review_rules:\n", $"review_rules:\n{ReviewRules}"),
            ("  - id: acme\n", $"  - id: acme\n    notices: {{url: '{Acme.Url}', secret: {Acme.Secret}, timeout: PT8S}}\n"),
        })
        {
            text = text.Contains(key, StringComparison.Ordinal)
                ? text.Replace(key, value, StringComparison.Ordinal)
                : throw new InvalidOperationException($"temporal-dev.yaml no longer holds '{key}'.");
        }

        return $"{text}\ntelemetry: {{otlp: '{Spans.Url}', metrics_every: PT5S}}\n";
    }

    /// <summary>Rules that only customers from small places meet, who are in no other test.</summary>
    private const string ReviewRules = """
          - {name: from_the_faroes, message: Nobody orders from there., countries: [FO]}
          - {name: risky, message: The provider warns., countries: [LI], risk_levels: [elevated, highest]}
          - {name: customer_in_a_hurry, message: Several orders in a row., countries: [SM], velocity: {per: customer, within: PT1H, count: 2}}
          - {name: card_in_a_hurry, message: A card with many customers., countries: [MC], velocity: {per: card, within: PT1H, sum: {chf: 7000}}}

        """;

    [GeneratedRegex(@"127\.0\.0\.1:[0-9]{4,5}", RegexOptions.CultureInvariant)]
    private static partial Regex LocalPort();
}

/// <summary>The tests that share one running stack; they play one after another, because faults are the whole sandbox's.</summary>
[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<RunningStack>, ICollectionFixture<Browser>
{
    public const string Name = "stack";
}

/// <summary>Those that share another one, so that the two halves run beside each other.</summary>
[CollectionDefinition(Name)]
public sealed class SecondStackCollection : ICollectionFixture<RunningStack>
{
    public const string Name = "second stack";
}
