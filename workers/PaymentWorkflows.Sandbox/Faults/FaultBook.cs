using System.Text.RegularExpressions;

namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>The active faults, in the order they were set. Not thread-safe: the state's gate guards it.</summary>
internal sealed class FaultBook
{
    private readonly List<FaultRule> rules = [];

    public IReadOnlyList<FaultRule> Rules => rules;

    public void Add(FaultRule rule) => rules.Add(rule);

    public void Load(IEnumerable<FaultRule> loaded)
    {
        rules.Clear();
        rules.AddRange(loaded);
    }

    public void Clear() => rules.Clear();

    /// <summary>Takes the fault for a request, if any. Counts the request in every rule it matches.</summary>
    /// <param name="draw">Gives a number from 0 to 1.</param>
    /// <param name="changed">Whether any rule's counters changed.</param>
    public FaultRule? Take(string method, string path, Func<double> draw, out bool changed)
    {
        FaultRule? taken = null;
        changed = false;
        for (var index = 0; index < rules.Count; index++)
        {
            var rule = rules[index];
            if (!Matches(rule.Match, method, path))
            {
                continue;
            }

            changed = true;
            rule = rule with { Seen = rule.Seen + 1 };
            if (taken is null && Hits(rule, draw))
            {
                rule = rule with { Applied = rule.Applied + 1 };
                taken = rule;
            }

            rules[index] = rule;
        }

        rules.RemoveAll(IsSpent);
        return taken;
    }

    internal static bool PathMatches(string pattern, string path)
    {
        var expression = Regex.Escape(pattern)
            .Replace("\\*\\*", ".*", StringComparison.Ordinal)
            .Replace("\\*", "[^/]*", StringComparison.Ordinal);
        expression = Regex.Replace(expression, @"\\\{[^/}]*}", "[^/]+");
        return Regex.IsMatch(path, $"^{expression}$", RegexOptions.CultureInvariant);
    }

    private static bool Matches(FaultMatch? match, string method, string path) =>
        match is null
        || ((match.Method is null || match.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
            && (match.Path is null || PathMatches(match.Path, path)));

    private static bool Hits(FaultRule rule, Func<double> draw) =>
        (rule.Match?.Nth is not { } nth || rule.Seen == nth)
        && (rule.Match?.Probability is not { } probability || draw() < probability);

    private static bool IsSpent(FaultRule rule) =>
        (rule.Times > 0 && rule.Applied >= rule.Times) || (rule.Match?.Nth is { } nth && rule.Seen >= nth);
}
