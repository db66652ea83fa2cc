namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Which cases, and in which order.</summary>
/// <param name="Seed">Decides both; the same seed, the same cases in the same order.</param>
/// <param name="Most">How many; null takes all.</param>
/// <param name="Group">Only of this kind; null takes all.</param>
/// <param name="Scenario">Only of this scenario; null takes all.</param>
internal sealed record ChaosPlan(int Seed, int? Most, string? Group, string? Scenario)
{
    /// <summary>Only cases whose text contains one of these; none takes all.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Whether what may break is broken in one of the scenarios that come to it, which the seed decides, instead of in each.</summary>
    public bool Once { get; init; }

    /// <summary>The scenarios whose places have to be found.</summary>
    public IReadOnlyList<ChaosScenario> Scenarios => [.. ChaosScenario.All.Where(one => (Scenario ?? one.Name) == one.Name)];

    public IReadOnlyList<ChaosCase> Of(IReadOnlyList<ChaosCase> found)
    {
        // Sorted first: in which order the places were found depends on the threads of that run.
        var all = found.Where(Takes).OrderBy(one => one.ToString(), StringComparer.Ordinal).ToArray();
        new Random(Seed).Shuffle(all);
        var some = Once ? all.DistinctBy(one => (one.Group, one.What)) : all;
        return [.. some.Take(Most ?? all.Length)];
    }

    private bool Takes(ChaosCase one) => (Group ?? one.Group) == one.Group && (Scenario ?? one.Scenario.Name) == one.Scenario.Name
        && (Texts.Count == 0 || Texts.Any(text => one.ToString().Contains(text, StringComparison.Ordinal)));
}
