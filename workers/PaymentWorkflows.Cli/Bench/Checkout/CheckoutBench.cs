using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>
/// This product's checkout in both placements against the plain saga, in turn on one server: what a saga costs, how long its caller waits,
/// and how many are through in a second. A saga is through when it has ended, with tax and documents, not when its caller was answered.
/// </summary>
/// <param name="Rounds">How often each is measured.</param>
/// <param name="Alone">Sagas one after another in a round, for the latency.</param>
/// <param name="Many">Sagas at each number of callers in a round, for the throughput.</param>
internal sealed record CheckoutBenchPlan(int Rounds, int Alone, int Many)
{
    public IReadOnlyList<int> Callers { get; init; } = [8, 40];

    public int WarmUp { get; init; } = 300;
}

/// <inheritdoc cref="CheckoutBenchPlan"/>
internal sealed class CheckoutBench(StackOptions options, CheckoutBenchPlan plan, IProgress progress)
{
    public const string Name = "checkout";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
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
        var plain = new PlainSaga(client);
        BenchSaga[] ours = [new GatewaySaga("lean", lean), new GatewaySaga("isolated", isolated)];

        // The Gateways' first: they write the customer's address down, which the plain saga needs for its tax.
        foreach (var saga in ours.Append(plain))
        {
            await ManyAsync(saga, plan.WarmUp, callers: 8, client, cancellationToken).ConfigureAwait(false);
        }

        idle = await IdleAsync(processes, cancellationToken).ConfigureAwait(false);
        var measured = new List<IReadOnlyDictionary<string, BenchPair>>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var peer = await MeasureAsync(plain, processes, client, cancellationToken).ConfigureAwait(false);
            var pairs = new Dictionary<string, BenchPair>();
            foreach (var saga in ours)
            {
                foreach (var (figure, value) in await MeasureAsync(saga, processes, client, cancellationToken).ConfigureAwait(false))
                {
                    pairs[$"{saga.Name}.{figure}"] = new BenchPair(value, peer[figure]);
                }
            }

            measured.Add(pairs);
            progress.Say($"round {round} of {plan.Rounds} is measured");
        }

        return BenchReport.Of(Name, measured, await BenchBooks.ErrorsAsync(options, progress, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyDictionary<string, double>> MeasureAsync(BenchSaga saga, BenchProcesses processes, ITemporalClient client, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        var times = new List<double>();
        string last = "";
        for (var i = 0; i < plan.Alone; i++)
        {
            last = NextOrder(saga);
            var begin = Stopwatch.GetTimestamp();
            await saga.BuyAsync(last, cancellationToken).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        await UntilAllEndedAsync(client, cancellationToken).ConfigureAwait(false);
        var described = await client.WorkflowService.DescribeWorkflowExecutionAsync(
            new() { Namespace = options.Temporal.Namespace, Execution = new() { WorkflowId = saga.WorkflowOf(last) } }, new RpcOptions { CancellationToken = cancellationToken }).ConfigureAwait(false);
        figures["events"] = described.WorkflowExecutionInfo.HistoryLength;
        figures["transitions"] = described.WorkflowExecutionInfo.StateTransitionCount;
        figures["answer_ms_p50"] = BenchFigure.Percentile(times, 50);
        figures["answer_ms_p95"] = BenchFigure.Percentile(times, 95);
        figures["answer_ms_p99"] = BenchFigure.Percentile(times, 99);
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

        progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{saga.Name}: {figures["events"]:0} events, {figures["transitions"]:0} transitions, answer after {figures["answer_ms_p50"]:0} ms, {string.Join(", ", plan.Callers.Select(callers => $"{figures[$"sagas_per_second_at_{callers}"]:0.0} a second at {callers} callers"))}; CPU of a saga at {plan.Callers[^1]}: {string.Join(", ", figures.Where(one => one.Key.EndsWith($"cpu_ms_at_{plan.Callers[^1]}", StringComparison.Ordinal)).Select(one => $"{one.Key.Split('_')[0]} {one.Value:0.0} ms"))}"));
        return figures;
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
        static string PartOf(string process) => process is "temporal" or "postgres" or "sandbox" or "client" ? (process == "temporal" ? "server" : process) : "product";
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
        await UntilAllEndedAsync(client, cancellationToken).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(begin);
    }

    private static async Task UntilAllEndedAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while ((await client.CountWorkflowsAsync("ExecutionStatus = 'Running'", new WorkflowCountOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } }).ConfigureAwait(false)).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"Not all sagas had ended after {Patience.TotalMinutes:0} minutes.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private string NextOrder(BenchSaga saga) => string.Create(CultureInfo.InvariantCulture, $"bench-{run}-{saga.Name}-{Interlocked.Increment(ref orders)}");
}
