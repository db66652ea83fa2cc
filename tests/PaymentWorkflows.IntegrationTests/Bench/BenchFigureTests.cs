using PaymentWorkflows.Cli.Bench.Ledger;
using PaymentWorkflows.Cli.Bench.Memory;
using PaymentWorkflows.Cli.Stack;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Bench;

/// <summary>What benchmarks make of what they measured.</summary>
public sealed class BenchFigureTests
{
    [Fact]
    public void The_transactions_of_pgbench_are_those_without_the_time_to_connect()
    {
        const string Output = """
            number of failed transactions: 0 (0.000%)
            latency average = 99.420 ms
            initial connection time = 312.004 ms
            tps = 643.730613 (without initial connection time)
            """;

        LedgerBench.Transactions(Output).ShouldBe(643.730613);
        Should.Throw<StackException>(() => LedgerBench.Transactions("tps is unknown"));
    }

    [Fact]
    public void A_process_that_grows_with_each_saga_has_that_slope_and_one_that_has_grown_up_has_none()
    {
        MemoryBench.Sample[] samples = [.. Enumerable.Range(1, 20).Select(number => new MemoryBench.Sample(number * 1_000, new MemorySample(Math.Min(number, 10) * 1_000_000, 50_000_000 + (number * 1_000 * 300))))];

        var figures = MemoryBench.Figures(samples).ToDictionary(figure => figure.Figure, figure => figure.Pair);

        figures["heap_bytes_per_saga"].Ours.ShouldBe(300);
        figures["heap_bytes_per_saga"].Peer.ShouldBe(300);
        figures["resident_bytes_per_saga"].Ours.ShouldBe(0);
        figures["resident_bytes_per_saga"].Peer.ShouldBe(1_000);
        figures["heap_mb"].Ratio.ShouldBe(Math.Round(55_400_000.0 / 52_400_000, 3));
        figures["resident_mb"].Ratio.ShouldBe(1.25);
    }
}
