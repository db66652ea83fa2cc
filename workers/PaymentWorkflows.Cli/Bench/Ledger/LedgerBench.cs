using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres;

namespace PaymentWorkflows.Cli.Bench.Ledger;

/// <summary>
/// The ledger beside <c>pgbench</c>'s TPC-B on one server, in turn, with as many clients: how many entries and postings are committed in a
/// second, by themselves and with a checkout's step, while the balances of the busiest merchant are read.
/// </summary>
/// <param name="Rounds">How often each is measured.</param>
/// <param name="Clients">Callers at once, of either.</param>
/// <param name="Seconds">How long each is measured in a round.</param>
internal sealed record LedgerBenchPlan(int Rounds, int Clients, int Seconds)
{
    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);
}

/// <inheritdoc cref="LedgerBenchPlan"/>
internal sealed partial class LedgerBench(StackOptions stack, LedgerBenchPlan plan, IProgress progress)
{
    public const string Name = "ledger";

    private const string PgbenchDatabase = "pgbench";

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var postgres = await BenchPostgres.StartAsync(stack, "bench-ledger", progress, cancellationToken).ConfigureAwait(false);
        var tools = await postgres.ToolsAsync(cancellationToken).ConfigureAwait(false);
        await tools.SqlAsync("postgres", $"CREATE DATABASE {PgbenchDatabase}", cancellationToken).ConfigureAwait(false);
        await tools.RunAsync("pgbench", PgbenchDatabase, ["--initialize", "--quiet", "--scale", Text(plan.Clients)], cancellationToken).ConfigureAwait(false);
        progress.Say($"pgbench has its tables, at scale {plan.Clients}: no fewer branches than clients, as its manual asks");

        await using var services = new ServiceCollection().AddPostgres(postgres.Options.AppConnectionString()).BuildServiceProvider();
        var bookkeepers = new LedgerLoad(services, plan.Clients);
        await bookkeepers.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await bookkeepers.BookAsync(plan.WarmUp, cancellationToken).ConfigureAwait(false);
        await bookkeepers.StepAsync(plan.WarmUp, cancellationToken).ConfigureAwait(false);
        var measured = new List<IReadOnlyDictionary<string, BenchPair>>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            measured.Add(await RoundAsync(round, postgres, tools, bookkeepers, cancellationToken).ConfigureAwait(false));
        }

        var errors = await bookkeepers.ErrorsAsync(services.GetRequiredService<ILedger>(), progress, cancellationToken).ConfigureAwait(false);
        return BenchReport.Of(Name, measured, errors);
    }

    private async Task<IReadOnlyDictionary<string, BenchPair>> RoundAsync(
        int round, BenchPostgres postgres, PostgresTools tools, LedgerLoad bookkeepers, CancellationToken cancellationToken)
    {
        string[] arguments = ["--client", Text(plan.Clients), "--jobs", Text(Environment.ProcessorCount), "--time", Text(plan.Seconds)];
        var (output, peerCpu) = await WithCpuAsync(postgres, () => tools.RunAsync("pgbench", PgbenchDatabase, arguments, cancellationToken)).ConfigureAwait(false);
        var peer = Figure(TransactionsPerSecond(), output);
        peerCpu /= Figure(TransactionsDone(), output);
        var (alone, aloneCpu) = await WithCpuAsync(postgres, () => bookkeepers.BookAsync(plan.Duration, cancellationToken)).ConfigureAwait(false);
        var (steps, stepsCpu) = await WithCpuAsync(postgres, () => bookkeepers.StepAsync(plan.Duration, cancellationToken)).ConfigureAwait(false);
        progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round}: TPC-B {peer:0} transactions a second; the ledger {alone.Entries:0} entries, {alone.Postings:0} postings; steps of checkouts {steps.Entries:0}, {steps.Postings:0} postings; {alone.Reads:0} reads of balances a second beside them, {alone.ReadMedian:0.0} ms, at most {alone.ReadLongest:0} ms"));
        return new Dictionary<string, BenchPair>
        {
            ["postings_per_second"] = new(alone.Postings, peer),
            ["entries_per_second"] = new(alone.Entries, peer),
            ["step_postings_per_second"] = new(steps.Postings, peer),
            ["steps_per_second"] = new(steps.Entries, peer),
            ["cpu_us_per_posting"] = new(aloneCpu / alone.PostingsDone, peerCpu),
            ["cpu_us_per_entry"] = new(aloneCpu / alone.EntriesDone, peerCpu),
            ["cpu_us_per_step"] = new(stepsCpu / steps.EntriesDone, peerCpu),
        };
    }

    /// <summary>Does it, and tells the microseconds of processor time that the server, this process and its children took for it.</summary>
    private static async Task<(T Result, double Microseconds)> WithCpuAsync<T>(BenchPostgres postgres, Func<Task<T>> measured)
    {
        var roots = new Dictionary<string, int> { ["postgres"] = postgres.Pid, ["client"] = Environment.ProcessId };
        var before = ProcessCpu.Seconds(roots).Values.Sum();
        var result = await measured().ConfigureAwait(false);
        return (result, (ProcessCpu.Seconds(roots).Values.Sum() - before) * 1_000_000);
    }

    /// <summary>What pgbench says: <c>tps = 1234.5 (without initial connection time)</c>.</summary>
    internal static double Transactions(string output) => Figure(TransactionsPerSecond(), output);

    private static double Figure(Regex line, string output) =>
        line.Match(output) is { Success: true } found
            ? double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new StackException($"pgbench did not say how many transactions it did: {output}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = ([0-9.]+) \(without", RegexOptions.Multiline)]
    private static partial Regex TransactionsPerSecond();

    [GeneratedRegex(@"^number of transactions actually processed: ([0-9]+)", RegexOptions.Multiline)]
    private static partial Regex TransactionsDone();
}
