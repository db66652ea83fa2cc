using System.Globalization;
using PaymentWorkflows.Cli.Bench.Checkout;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench.Memory;

/// <summary>
/// Whether the product's processes grow with the sagas they carry out: their memory after every twentieth of the sagas, each time with none
/// under way and after a full collection.
/// </summary>
/// <param name="Sagas">In each placement.</param>
/// <param name="Placements">One stack each, one after the other.</param>
internal sealed record MemoryBenchPlan(int Sagas, IReadOnlyList<string> Placements)
{
    public const int Samples = 20;

    public int Callers { get; init; } = 8;
}

/// <inheritdoc cref="MemoryBenchPlan"/>
internal sealed class MemoryBench(StackOptions stack, MemoryBenchPlan plan, IProgress progress)
{
    public const string Name = "memory";

    private const double Megabyte = 1024 * 1024;

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var pairs = new Dictionary<string, BenchPair>();
        var errors = 0;
        foreach (var placement in plan.Placements)
        {
            await using var own = await BenchStack.StartAsync(
                stack, $"bench-memory-{placement}", new Dictionary<string, string> { ["PAY__PLACEMENT"] = placement }, progress, cancellationToken).ConfigureAwait(false);
            foreach (var (process, samples) in await SampleAsync(own, placement, cancellationToken).ConfigureAwait(false))
            {
                foreach (var (figure, pair) in Figures(samples))
                {
                    pairs[$"{placement}.{process}.{figure}"] = pair;
                }
            }

            errors += await BenchBooks.ErrorsAsync(own.Options, progress, cancellationToken).ConfigureAwait(false);
        }

        return BenchReport.Of(Name, [pairs], errors);
    }

    /// <summary>What a process held after so many sagas.</summary>
    internal sealed record Sample(int Sagas, MemorySample Memory);

    /// <summary>
    /// The last quarter's median against the second's, and by how much each saga of the second half let it grow against one of the first: the
    /// beginning has the compiler and the caches in it, the end must be flat.
    /// </summary>
    internal static IEnumerable<(string Figure, BenchPair Pair)> Figures(IReadOnlyList<Sample> samples)
    {
        var quarter = samples.Count / 4;
        var (early, late) = (samples.Skip(quarter).Take(quarter).ToList(), samples.TakeLast(quarter).ToList());
        var (first, second) = (samples.Take(samples.Count / 2).ToList(), samples.Skip(samples.Count / 2).ToList());
        yield return ("heap_mb", new BenchPair(Median(late, memory => memory.Heap), Median(early, memory => memory.Heap)));
        yield return ("resident_mb", new BenchPair(Median(late, memory => memory.Resident), Median(early, memory => memory.Resident)));
        yield return ("heap_bytes_per_saga", new BenchPair(Slope(second, memory => memory.Heap), Slope(first, memory => memory.Heap)));
        yield return ("resident_bytes_per_saga", new BenchPair(Slope(second, memory => memory.Resident), Slope(first, memory => memory.Resident)));
    }

    private static double Median(IEnumerable<Sample> samples, Func<MemorySample, long> of) => BenchFigure.Median(samples.Select(sample => of(sample.Memory) / Megabyte));

    /// <summary>Bytes per saga, by least squares.</summary>
    private static double Slope(IReadOnlyList<Sample> samples, Func<MemorySample, long> of)
    {
        var (x, y) = (samples.Average(sample => (double)sample.Sagas), samples.Average(sample => (double)of(sample.Memory)));
        var spread = samples.Sum(sample => (sample.Sagas - x) * (sample.Sagas - x));
        return Math.Round(spread == 0 ? 0 : samples.Sum(sample => (sample.Sagas - x) * (of(sample.Memory) - y)) / spread, 1);
    }

    private async Task<IReadOnlyDictionary<string, List<Sample>>> SampleAsync(BenchStack own, string placement, CancellationToken cancellationToken)
    {
        using var gateway = new GatewayClient(own.Options.Gateway);
        using var memory = new ProcessMemory();
        var temporal = await TemporalClients.ConnectAsync(own.Options.Temporal).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        var taken = new Dictionary<string, List<Sample>>(StringComparer.Ordinal);
        for (var sample = 1; sample <= MemoryBenchPlan.Samples; sample++)
        {
            var (done, until) = (plan.Sagas * (sample - 1) / MemoryBenchPlan.Samples, plan.Sagas * sample / MemoryBenchPlan.Samples);
            await Parallel.ForEachAsync(
                Enumerable.Range(done, until - done),
                new ParallelOptions { MaxDegreeOfParallelism = plan.Callers, CancellationToken = cancellationToken },
                async (number, token) => await BuyAsync(gateway, string.Create(CultureInfo.InvariantCulture, $"memory-{number}"), token).ConfigureAwait(false)).ConfigureAwait(false);
            await RunningSagas.UntilNoneAsync(temporal, cancellationToken).ConfigureAwait(false);
            foreach (var (process, pid, health) in Watched(own.State))
            {
                taken.TryAdd(process, []);
                taken[process].Add(new Sample(until, await memory.TakeAsync(pid, health, cancellationToken).ConfigureAwait(false)));
            }

            progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{placement}, {until} sagas, {TimeProvider.System.GetElapsedTime(begin).TotalMinutes:0.0} min: {string.Join(", ", taken.Select(one => $"{one.Key} {one.Value[^1].Memory.Heap / Megabyte:0.0} of {one.Value[^1].Memory.Resident / Megabyte:0} MB"))}"));
        }

        return taken;
    }

    /// <summary>How long it takes is not the question here, so one whose answer comes later is right too: it is waited for with all others.</summary>
    private static async Task BuyAsync(GatewayClient gateway, string order, CancellationToken cancellationToken)
    {
        var answer = await gateway.CreateCheckoutAsync(BenchSaga.BodyOf(order), order, cancellationToken).ConfigureAwait(false);
        if (answer.GetProperty("status").GetString() is not ("completed" or "processing"))
        {
            throw new StackException($"The checkout of {order} ended as {answer.GetProperty("status").GetString()}.");
        }
    }

    /// <summary>The Gateways and workers; the sandbox is no part of the product and remembers all that it was asked.</summary>
    private static IEnumerable<(string Name, int Pid, Uri Health)> Watched(StackState state) =>
        from process in state.Processes
        where process.Pid is not null && (process.Name.StartsWith("gateway-", StringComparison.Ordinal) || process.Name.StartsWith("worker-", StringComparison.Ordinal))
        select (process.Name, process.Pid!.Value, new Uri(state.Health[process.Name]));
}
