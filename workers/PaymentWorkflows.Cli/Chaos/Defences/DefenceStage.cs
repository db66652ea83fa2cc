using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos.Defences;

/// <summary>What came of a defence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="With">What the judge said while it was on; null when all was right.</param>
/// <param name="Without">What the judge said while it was off; null when it missed nothing.</param>
internal sealed record DefenceFinding(string Name, string? With, string? Without);

/// <summary>In the copy whose defences have switches: plays each one's case with all of them on, and with it off, on one stack.</summary>
internal static class DefenceStage
{
    private const string Placement = "lean";

    /// <summary>Prints the findings as JSON.</summary>
    /// <exception cref="StackException">A case is unknown.</exception>
    public static async Task<int> RunAsync(string? config, IReadOnlyList<string> names)
    {
        var root = RepositoryLayout.Current.Root ?? throw new StackException("There are no sources here.");
        Defence[] defences = [.. Defence.Read(root).Where(one => names.Contains(one.Name))];
        var word = Path.Combine(ChaosStack.Folder(config, Placement), "trap", "off");
        var findings = new List<DefenceFinding>();
        var code = await ChaosStack.RunAsync(
            config,
            Placement,
            async (runner, stop) =>
            {
                var cases = await CasesAsync(runner, defences, stop).ConfigureAwait(false);
                var with = new Dictionary<string, string?>(StringComparer.Ordinal);
                // Where the provider's clock is set forward it stays so: those come last.
                foreach (var defence in defences.OrderBy(one => cases[one.Case] is PrunedCase))
                {
                    var one = cases[defence.Case];
                    if (!with.TryGetValue(defence.Case, out _))
                    {
                        with[defence.Case] = Told(await runner.PlayAsync(one, stop).ConfigureAwait(false));
                    }

                    await File.WriteAllTextAsync(word, defence.Name, stop).ConfigureAwait(false);
                    var without = await runner.PlayAsync(one, stop).ConfigureAwait(false);
                    File.Delete(word);
                    await runner.AcceptAsync(stop).ConfigureAwait(false);
                    findings.Add(new DefenceFinding(defence.Name, with[defence.Case], without.Wrong));
                    Console.Error.WriteLine($"{one}: with {defence.Name} {with[defence.Case] ?? "right"}; without {without.Wrong ?? "right"}");
                }
            },
            new Dictionary<string, string?> { [DefenceTree.Variable] = word }).ConfigureAwait(false);
        Output.Json(findings);
        return code;
    }

    /// <summary>A case that the saga never came to proves nothing.</summary>
    private static string? Told(ChaosFinding finding) => finding.Wrong ?? (finding.Met ? null : "The saga did not come to it.");

    private static async Task<IReadOnlyDictionary<string, ChaosCase>> CasesAsync(ChaosRunner runner, Defence[] defences, CancellationToken stop)
    {
        ChaosScenario[] scenarios = [.. ChaosScenario.All.Where(scenario => defences.Any(one => one.Case.Contains($": {scenario.Name},", StringComparison.Ordinal)))];
        var found = (await runner.FindAsync(scenarios, stop).ConfigureAwait(false)).ToLookup(one => one.ToString(), StringComparer.Ordinal);
        return defences.Select(one => one.Case).Distinct().ToDictionary(
            text => text,
            text => found[text].FirstOrDefault() ?? throw new StackException($"There is no case '{text}'. Those of its scenarios: {string.Join("; ", found.Select(one => one.Key).Order(StringComparer.Ordinal))}."),
            StringComparer.Ordinal);
    }
}
