using System.Globalization;
using System.Runtime.InteropServices;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>What <c>pay bench NAME --json</c> prints; a public interface that changes only by addition.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Machine">Where it ran.</param>
/// <param name="Versions">What ran.</param>
/// <param name="Rounds">What each round measured, in the order of the rounds.</param>
/// <param name="Figures">The medians over the rounds.</param>
/// <param name="MoneyErrors">What the books and the provider disagree about afterwards; a benchmark with one proves nothing.</param>
internal sealed record BenchReport(
    string Name,
    BenchMachine Machine,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyList<IReadOnlyDictionary<string, BenchPair>> Rounds,
    IReadOnlyDictionary<string, BenchFigure> Figures,
    int MoneyErrors)
{
    public static BenchReport Of(string name, IReadOnlyList<IReadOnlyDictionary<string, BenchPair>> rounds, int moneyErrors) => new(
        name,
        new BenchMachine(Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()),
        new Dictionary<string, string> { ["dotnet"] = Environment.Version.ToString(), ["paymentworkflows"] = typeof(BenchReport).Assembly.GetName().Version!.ToString(3) },
        rounds,
        rounds.SelectMany(round => round.Keys).Distinct(StringComparer.Ordinal).ToDictionary(key => key, key => BenchFigure.Of([.. rounds.Select(round => round[key])])),
        moneyErrors);
}

/// <summary>The machine.</summary>
internal sealed record BenchMachine(int Processors, string System, string Architecture);

/// <summary>One round's pair: with what is looked at, and the baseline of the same round.</summary>
internal sealed record BenchPair(double Ours, double Peer)
{
    public double Ratio => Peer == 0 ? 0 : Math.Round(Ours / Peer, 3);
}

/// <summary>Medians over the rounds, and the spread of the ratios.</summary>
internal sealed record BenchFigure(double Ours, double Peer, double Ratio, double LowestRatio, double HighestRatio)
{
    public static BenchFigure Of(IReadOnlyList<BenchPair> rounds) => new(
        Median(rounds.Select(one => one.Ours)),
        Median(rounds.Select(one => one.Peer)),
        Median(rounds.Select(one => one.Ratio)),
        rounds.Min(one => one.Ratio),
        rounds.Max(one => one.Ratio));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Ours:0.###} against {Peer:0.###}: {Ratio:0.00} times ({LowestRatio:0.00} to {HighestRatio:0.00})");

    /// <summary>The middle value; of an even number the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 3);
    }

    /// <summary>The value that so many of 100 do not exceed.</summary>
    public static double Percentile(IEnumerable<double> values, int percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : Math.Round(sorted[(int)Math.Ceiling(sorted.Length * percent / 100.0) - 1], 3);
    }
}
