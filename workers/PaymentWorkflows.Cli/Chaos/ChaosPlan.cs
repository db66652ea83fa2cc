namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Which cases, and in which order.</summary>
/// <param name="Seed">Decides both; the same seed, the same cases in the same order.</param>
/// <param name="Most">How many; null takes all.</param>
/// <param name="Group">Only of this kind; null takes all.</param>
/// <param name="Scenario">Only of this scenario; null takes all.</param>
internal sealed record ChaosPlan(int Seed, int? Most, string? Group, string? Scenario)
{
    public IReadOnlyList<ChaosCase> Of(IReadOnlyList<ChaosCase> found)
    {
        // Sorted first: in which order the places were found depends on the threads of that run.
        var all = found.Where(one => (Group ?? one.Group) == one.Group && (Scenario ?? one.Scenario.Name) == one.Scenario.Name).OrderBy(one => one.ToString(), StringComparer.Ordinal).ToArray();
        new Random(Seed).Shuffle(all);
        return [.. all.Take(Most ?? all.Length)];
    }
}
