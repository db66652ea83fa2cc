using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>
/// This product's checkout in both placements, and a DBOS workflow where Node is there, against the plain saga, in turn on one server: what
/// a saga costs, how long its caller waits, and how many are through in a second. A saga is through when it has ended, with tax and
/// documents, not when its caller was answered.
/// </summary>
/// <param name="Rounds">How often each is measured.</param>
/// <param name="Alone">Sagas of one caller in a round, for the latency: so many one at a time, and so many back to back.</param>
/// <param name="Many">Sagas at each number of callers in a round, for the throughput.</param>
internal sealed record CheckoutBenchPlan(int Rounds, int Alone, int Many)
{
    public IReadOnlyList<int> Callers { get; init; } = [8, 40];

    public int WarmUp { get; init; } = 600;

    /// <summary>Whether the DBOS workflow is measured too, where it can be installed.</summary>
    public bool Dbos { get; init; } = true;
}

/// <inheritdoc cref="CheckoutBenchPlan"/>
internal sealed class CheckoutBench(StackOptions options, CheckoutBenchPlan plan, IProgress progress)
{
    public const string Name = "checkout";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly string run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);

    /// <summary>What each process takes of a processor when nothing is asked of it: it polls, whoever's sagas run.</summary>
    private IReadOnlyDictionary<string, double> idle = new Dictionary<string, double>();

    private int orders;

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var processes = new BenchProcesses(options, progress);
        await processes.StartAsync(cancellationToken).ConfigureAwait(false);
        var client = await TemporalClients.ConnectAsync(options.Temporal).ConfigureAwait(false);
        using var lean = new GatewayClient(processes.Lean);
        using var isolated = new GatewayClient(processes.Isolated);
        using var dbos = await StartDbosAsync(processes, cancellationToken).ConfigureAwait(false);
        var plain = new PlainSaga(client);
        BenchSaga[] others = [.. new BenchSaga?[] { new GatewaySaga("lean", lean), new GatewaySaga("isolated", isolated), dbos }.OfType<BenchSaga>()];

        // The Gateways' first: they write the customer's address down, which the plain saga needs for its tax.
        foreach (var saga in others.Append(plain))
        {
            await ManyAsync(saga, plan.WarmUp, callers: 8, client, cancellationToken).ConfigureAwait(false);
        }

        idle = await IdleAsync(processes, cancellationToken).ConfigureAwait(false);
        var measured = new List<IReadOnlyDictionary<string, BenchPair>>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var peer = await MeasureAsync(plain, processes, client, cancellationToken).ConfigureAwait(false);
            var pairs = new Dictionary<string, BenchPair>();
            foreach (var saga in others)
            {
                foreach (var (figure, value) in await MeasureAsync(saga, processes, client, cancellationToken).ConfigureAwait(false))
                {
                    pairs[$"{saga.Name}.{figure}"] = new BenchPair(value, peer[figure]);
                }
            }

            measured.Add(pairs);
            progress.Say($"round {round} of {plan.Rounds} is measured");
        }

        var errors = await BenchBooks.ErrorsAsync(options, progress, cancellationToken).ConfigureAwait(false);
        return BenchReport.Of(
            Name, measured, dbos is null ? errors : errors + await DbosBooks.ErrorsAsync(dbos, processes.DbosSandbox, Orders(dbos), progress, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Null when it is not wanted, or left out.</summary>
    private async Task<DbosSaga?> StartDbosAsync(BenchProcesses processes, CancellationToken cancellationToken)
    {
        if (!plan.Dbos || await DbosProgram.PrepareAsync(new StackFolders(options.DataFolder), progress, cancellationToken).ConfigureAwait(false) is not { } program)
        {
            return null;
        }

        await processes.StartDbosAsync(program, cancellationToken).ConfigureAwait(false);
        return new DbosSaga(processes.DbosAddress);
    }

    private async Task<IReadOnlyDictionary<string, double>> MeasureAsync(BenchSaga saga, BenchProcesses processes, ITemporalClient client, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        var (times, last) = await AloneAsync(saga, client, endsFirst: true, cancellationToken).ConfigureAwait(false);
        var (busy, _) = await AloneAsync(saga, client, endsFirst: false, cancellationToken).ConfigureAwait(false);
        await RunningSagas.UntilNoneAsync(client, cancellationToken).ConfigureAwait(false);
        if (saga.WorkflowOf(last) is { } workflow)
        {
            var described = await client.WorkflowService.DescribeWorkflowExecutionAsync(
                new() { Namespace = options.Temporal.Namespace, Execution = new() { WorkflowId = workflow } }, new RpcOptions { CancellationToken = cancellationToken }).ConfigureAwait(false);
            figures["events"] = described.WorkflowExecutionInfo.HistoryLength;
            figures["transitions"] = described.WorkflowExecutionInfo.StateTransitionCount;
        }

        figures["answer_ms_p50"] = BenchFigure.Percentile(times, 50);
        figures["answer_ms_p95"] = BenchFigure.Percentile(times, 95);
        figures["answer_ms_p99"] = BenchFigure.Percentile(times, 99);
        figures["answer_back_to_back_ms_p50"] = BenchFigure.Percentile(busy, 50);
        foreach (var callers in plan.Callers)
        {
            var pids = Pids(processes);
            var before = ProcessCpu.Seconds(pids);
            var took = await ManyAsync(saga, plan.Many, callers, client, cancellationToken).ConfigureAwait(false);
            var after = ProcessCpu.Seconds(pids);
            figures[string.Create(CultureInfo.InvariantCulture, $"sagas_per_second_at_{callers}")] = plan.Many / took.TotalSeconds;
            foreach (var (part, milliseconds) in PerSaga(before, after, took))
            {
                figures[string.Create(CultureInfo.InvariantCulture, $"{part}_cpu_ms_at_{callers}")] = milliseconds;
            }
        }

        progress.Say($"{saga.Name}: {Told(figures)}");
        return figures;
    }

    /// <summary>How long one caller waits for its answers, in milliseconds; and its last order.</summary>
    /// <param name="saga">What it buys by.</param>
    /// <param name="client">For the ends.</param>
    /// <param name="endsFirst">
    /// Whether it begins the next when the saga before has ended, as a caller of the plain saga always does; otherwise at once, while the
    /// documents of the one before are on their way.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<(IReadOnlyList<double> Times, string Last)> AloneAsync(BenchSaga saga, ITemporalClient client, bool endsFirst, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        var last = "";
        for (var i = 0; i < plan.Alone; i++)
        {
            last = NextOrder(saga);
            var begin = Stopwatch.GetTimestamp();
            await saga.BuyAsync(last, cancellationToken).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);

            // The very last is waited for in any case: the list of what runs may not have it yet.
            if ((endsFirst || i == plan.Alone - 1) && saga.WorkflowOf(last) is { } workflow)
            {
                await client.GetWorkflowHandle(workflow).GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = cancellationToken }).ConfigureAwait(false);
            }
        }

        return (times, last);
    }

    private string Told(Dictionary<string, double> figures)
    {
        var most = plan.Callers[^1];
        var history = figures.TryGetValue("events", out var events) ? string.Create(CultureInfo.InvariantCulture, $"{events:0} events, {figures["transitions"]:0} transitions, ") : "";
        var speed = string.Join(", ", plan.Callers.Select(callers => string.Create(CultureInfo.InvariantCulture, $"{figures[$"sagas_per_second_at_{callers}"]:0.0} a second at {callers} callers")));
        var cpu = string.Join(", ", figures.Where(one => one.Key.EndsWith($"cpu_ms_at_{most}", StringComparison.Ordinal))
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key.Split('_')[0]} {one.Value:0.0} ms")));
        return string.Create(CultureInfo.InvariantCulture, $"{history}answer after {figures["answer_ms_p50"]:0} ms, {speed}; CPU of a saga at {most}: {cpu}");
    }

    private static Dictionary<string, int> Pids(BenchProcesses processes) => new(processes.Pids()) { ["client"] = Environment.ProcessId };

    private static async Task<IReadOnlyDictionary<string, double>> IdleAsync(BenchProcesses processes, CancellationToken cancellationToken)
    {
        var pids = Pids(processes);
        var before = ProcessCpu.Seconds(pids);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return ProcessCpu.Seconds(pids).ToDictionary(one => one.Key, one => (one.Value - before[one.Key]) / Quiet.TotalSeconds, StringComparer.Ordinal);
    }

    /// <summary>Milliseconds of processor time per saga beyond what the processes take when idle, by part; <c>all</c> is their sum.</summary>
    private IEnumerable<(string Part, double Milliseconds)> PerSaga(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after, TimeSpan took)
    {
        static string PartOf(string process) => process switch
        {
            "temporal" => "server",
            "postgres" or "sandbox" or "client" => process,
            BenchProcesses.DbosSandboxName => "sandbox",
            _ => "product",
        };
        var parts = after.GroupBy(one => PartOf(one.Key), one => Math.Max(0, one.Value - before[one.Key] - (idle.GetValueOrDefault(one.Key) * took.TotalSeconds)) * 1000 / plan.Many).ToDictionary(group => group.Key, group => group.Sum());
        return parts.Append(new("all", parts.Values.Sum())).OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, Math.Round(part.Value, 2)));
    }

    /// <summary>So many sagas by so many callers; gives the time until the last has ended.</summary>
    private async Task<TimeSpan> ManyAsync(BenchSaga saga, int count, int callers, ITemporalClient client, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = callers, CancellationToken = cancellationToken },
            async (_, token) => await saga.BuyAsync(NextOrder(saga), token).ConfigureAwait(false)).ConfigureAwait(false);
        await RunningSagas.UntilNoneAsync(client, cancellationToken).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(begin);
    }

    private string NextOrder(BenchSaga saga) => string.Create(CultureInfo.InvariantCulture, $"{Orders(saga)}{Interlocked.Increment(ref orders)}");

    /// <summary>What the names of its orders begin with in this run.</summary>
    private string Orders(BenchSaga saga) => $"bench-{run}-{saga.Name}-";
}
