using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PaymentWorkflows.Cli.Bench.Checkout;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench.Requests;

/// <summary>
/// The Gateway over a database with many finished checkouts against one with few, on two stacks of their own, in turn: requests per second and
/// how long a caller waits, for creating, reading and listing.
/// </summary>
/// <param name="Rounds">How often each is measured.</param>
/// <param name="Checkouts">Stored in the full database.</param>
/// <param name="Seconds">How long each kind of request is measured in a round.</param>
internal sealed record GatewayBenchPlan(int Rounds, int Checkouts, int Seconds)
{
    /// <summary>Stored in the other one.</summary>
    public int Few { get; init; } = 1_000;

    public int Callers { get; init; } = 8;

    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);
}

/// <inheritdoc cref="GatewayBenchPlan"/>
internal sealed class GatewayBench(StackOptions stack, GatewayBenchPlan plan, IProgress progress)
{
    public const string Name = "gateway";

    private readonly string run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);
    private int orders;

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var many = await StartAsync("bench-gateway-many", plan.Checkouts, cancellationToken).ConfigureAwait(false);
        await using var few = await StartAsync("bench-gateway-few", plan.Few, cancellationToken).ConfigureAwait(false);
        Side[] sides = [many, few];
        foreach (var side in sides)
        {
            await MeasureAsync(side, TimeSpan.FromSeconds(Math.Max(5, plan.Seconds)), cancellationToken).ConfigureAwait(false);
        }

        var measured = new List<IReadOnlyDictionary<string, BenchPair>>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            // The order changes with each round, so that neither side always comes after the other's rest.
            var ours = round % 2 == 1 ? await MeasureAsync(many, plan.Duration, cancellationToken).ConfigureAwait(false) : null;
            var peer = await MeasureAsync(few, plan.Duration, cancellationToken).ConfigureAwait(false);
            ours ??= await MeasureAsync(many, plan.Duration, cancellationToken).ConfigureAwait(false);
            measured.Add(ours.ToDictionary(one => one.Key, one => new BenchPair(one.Value, peer[one.Key]), StringComparer.Ordinal));
            progress.Say($"round {round} of {plan.Rounds}: {string.Join(", ", measured[^1].Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value.Ours:0.#} against {one.Value.Peer:0.#}")))}");
        }

        var errors = 0;
        foreach (var side in sides)
        {
            errors += await side.ErrorsAsync(progress, cancellationToken).ConfigureAwait(false);
        }

        return BenchReport.Of(Name, measured, errors);
    }

    private async Task<Side> StartAsync(string name, int checkouts, CancellationToken cancellationToken)
    {
        var own = await BenchStack.StartAsync(stack, name, new Dictionary<string, string>(), progress, cancellationToken).ConfigureAwait(false);
        try
        {
            var seed = new CheckoutSeed(own, checkouts, progress);
            return new Side(own, checkouts, seed, await seed.FillAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await own.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Side side, TimeSpan duration, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (kind, request) in Requests(side))
        {
            var begin = Stopwatch.GetTimestamp();
            var times = await Task.WhenAll(Enumerable.Range(0, plan.Callers).Select(_ => Task.Run(() => CallAsync(request, begin, duration, cancellationToken), cancellationToken))).ConfigureAwait(false);
            var took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            double[] all = [.. times.SelectMany(one => one)];
            figures[$"{kind}_per_second"] = Math.Round(all.Length / took, 2);
            figures[$"{kind}_ms_p50"] = BenchFigure.Median(all);
            figures[$"{kind}_ms_p99"] = BenchFigure.Percentile(all, 99);
        }

        // What the answered checkouts still have to do is not the next measurement's.
        await RunningSagas.UntilNoneAsync(await TemporalClients.ConnectAsync(side.Stack.Options.Temporal).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return figures;
    }

    private IEnumerable<(string Kind, Func<CancellationToken, Task> Request)> Requests(Side side)
    {
        var saga = new GatewaySaga(run, side.Gateway);
        yield return ("read", token => side.Gateway.GetCheckoutAsync(CheckoutSeed.Checkout(side.Any()), token));
        yield return ("list", token => side.ListAsync(token));
        yield return ("create", token => saga.BuyAsync(string.Create(CultureInfo.InvariantCulture, $"bench-{run}-{Interlocked.Increment(ref orders)}"), token));
    }

    private static async Task<List<double>> CallAsync(Func<CancellationToken, Task> request, long begin, TimeSpan duration, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(begin) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            await request(cancellationToken).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return times;
    }

    /// <summary>One of the two stacks.</summary>
    private sealed class Side(BenchStack stack, int checkouts, CheckoutSeed seed, long cleared) : IAsyncDisposable
    {
        public BenchStack Stack => stack;

        public GatewayClient Gateway { get; } = new(stack.Options.Gateway);

        /// <summary>The number of a stored checkout, each as likely as any other.</summary>
        public int Any() => RandomNumberGenerator.GetInt32(1, checkouts + 1);

        /// <summary>A page of one of the lists that people ask for.</summary>
        public Task ListAsync(CancellationToken cancellationToken)
        {
            var any = Any();
            var query = RandomNumberGenerator.GetInt32(6) switch
            {
                0 => "limit=20",
                1 => string.Create(CultureInfo.InvariantCulture, $"merchant={seed.MerchantOf(any)}&limit=20"),
                2 => string.Create(CultureInfo.InvariantCulture, $"merchant={seed.MerchantOf(any)}&order=order-{any}"),
                3 => string.Create(CultureInfo.InvariantCulture, $"merchant={seed.MerchantOf(any)}&limit=20&starting_after={CheckoutSeed.Checkout(any)}"),
                4 => string.Create(CultureInfo.InvariantCulture, $"status=completed&limit=20&starting_after={CheckoutSeed.Checkout(any)}"),
                _ => "held=true&limit=20",
            };
            return Gateway.FindAsync($"/v1/checkouts?{query}", cancellationToken);
        }

        /// <summary>The books must be right, and differ from the provider's by exactly what was filled in without it.</summary>
        public async Task<int> ErrorsAsync(IProgress progress, CancellationToken cancellationToken)
        {
            var report = await LedgerCommand.ReportAsync(stack.Options, cancellationToken).ConfigureAwait(false);
            var right = report.Currencies.Values.All(sum => sum.Sum == 0) && report.Unbalanced.Count == 0 && report.DriftedBalances.Count == 0
                && report.ProviderDifference is { } difference && difference.All(one => one.Value == (one.Key == "eur" ? checkouts * cleared : 0));
            progress.Say($"{report.Entries} entries; the books {(right ? "are right" : "are WRONG")}: they differ from the provider by {report.ProviderDifference?.GetValueOrDefault("eur")}, filled in were {checkouts * cleared}");
            return right ? 0 : 1;
        }

        public async ValueTask DisposeAsync()
        {
            Gateway.Dispose();
            await stack.DisposeAsync().ConfigureAwait(false);
        }
    }
}
