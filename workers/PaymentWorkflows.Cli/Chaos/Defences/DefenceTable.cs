using System.Text.RegularExpressions;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos.Defences;

/// <summary>A defence and what came of it.</summary>
internal sealed record DefenceResult(Defence Defence, DefenceFinding Finding)
{
    /// <summary>Right with it, and wrong in the way that is expected without it.</summary>
    public bool IsProven => Finding.With is null && Finding.Without?.Contains(Defence.Says, StringComparison.Ordinal) == true;

    public string Verdict => this switch
    {
        { Finding.With: { } wrong } => $"WRONG with it: {wrong}",
        { Finding.Without: null } => "NOT MISSED: the judge said nothing",
        { IsProven: false } => $"MISSED OTHERWISE: {Finding.Without}; expected: {Defence.Says}",
        _ => $"missed: {Finding.Without}",
    };
}

/// <summary>The table in the docs.</summary>
internal static partial class DefenceTable
{
    private const string File = "docs/failure-model.md";
    private const string Begin = "<!-- defences: written by ./pay chaos --defences -->";
    private const string End = "<!-- /defences -->";

    /// <exception cref="StackException">The docs have no place for it.</exception>
    public static void Write(string root, IReadOnlyList<DefenceResult> results)
    {
        var path = Path.Combine(root, File);
        var text = System.IO.File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new StackException($"{File} has no '{Begin}' and '{End}' after it.");
        }

        var rows = results.Select(result => $"| `{result.Defence.Name}` | {result.Defence.Guards} | {Where(result.Defence)} | {result.Defence.Off} | `{result.Defence.Case}` | {Plain(result)} |");
        string[] lines = [Begin, "", "| Defence | What it guards | Where | What is played instead | Case | The judge said |", "|---|---|---|---|---|---|", .. rows, "", ""];
        System.IO.File.WriteAllText(path, string.Concat(text.AsSpan(0, begin), string.Join('\n', lines), text.AsSpan(end)));
    }

    private static string Where(Defence defence) => string.Join(", ", defence.Edits.Select(edit => $"`{Path.GetFileName(edit.File)}`").Distinct());

    /// <summary>What was expected of all that was said, without what is another one each time.</summary>
    private static string Plain(DefenceResult result) =>
        Ids().Replace(result.Finding.Without!.Split("; ").First(part => part.Contains(result.Defence.Says, StringComparison.Ordinal)), "$1_…").Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(chk|txn|ref|evt|pi|chaos)[_-][A-Za-z0-9_-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();
}
