using System.Text.RegularExpressions;
using PaymentWorkflows.Tests.Guards;

namespace PaymentWorkflows.Tests.Documents;

/// <summary>The README and the pages under <c>docs/</c>, as a reader's program sees them.</summary>
internal static partial class Pages
{
    /// <summary>Every page, the README first, by its path in the repository.</summary>
    public static IReadOnlyList<string> All { get; } = ["README.md", .. Repository.Files("*.md", "docs").Select(Repository.Relative)];

    public static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    /// <summary>Where the links and pictures of a page lead, without those that are shown as code.</summary>
    public static IEnumerable<string> Links(string text) => Link().Matches(InlineCode().Replace(Prose(text), "")).Select(match => match.Groups["inline"].Success ? match.Groups["inline"].Value : match.Groups["auto"].Value);

    /// <summary>The names under which the headings of a page can be linked to, as GitHub makes them.</summary>
    public static IReadOnlySet<string> Anchors(string text)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Prose(text)))
        {
            var anchor = NoAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            for (var (name, number) = (anchor, 1); !anchors.Add(name); number++)
            {
                name = $"{anchor}-{number}";
            }
        }

        return anchors;
    }

    /// <summary>Files and folders of this repository that a page names as code; NAME and NNNN stand for what a reader chooses.</summary>
    public static IEnumerable<string> Paths(string text) => InlineCode().Matches(Prose(text)).Select(match => match.Value.Trim('`'))
        .Where(code => RepositoryPath().IsMatch(code));

    /// <summary>The curl commands of a page that send a body, each whole: over the lines that it goes on for and those of a quoted text.</summary>
    public static IEnumerable<string> CurlsWithBody(string text) => Curl().Matches(text).Select(match => match.Value).Where(command => Body().IsMatch(Quoted().Replace(command, "''")));

    /// <summary>What is wrong with a link; null when nothing is.</summary>
    /// <param name="page">The page that it stands on, by its path in the repository.</param>
    /// <param name="target">Where it leads.</param>
    public static string? Problem(string page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? null : $"{page}: {target} is no address of the web";
        }

        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, parts[0]));
        var full = Path.Combine(Repository.Root, file);
        return (File.Exists(full) || Directory.Exists(full), parts) switch
        {
            _ when file.StartsWith("..", StringComparison.Ordinal) => $"{page}: {target} leads out of the repository",
            (false, _) => $"{page}: {target} does not exist",
            (true, [_, var anchor]) when !Anchors(File.ReadAllText(full)).Contains(anchor) => $"{page}: {file} has no heading #{anchor}",
            _ => null,
        };
    }

    private static string Prose(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"^ *(?<fence>```+|~~~+).*?^ *\k<fence>[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]+`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<inline>[^)\s]+)\)|<(?<auto>[a-z]+:[^>\s]+)>")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bcurl\s(?:'[^']*'|""(?:\\[\s\S]|[^""\\])*""|\\[\s\S]|[^'""\\\n;|&)`])*")]
    private static partial Regex Curl();

    [GeneratedRegex(@"'[^']*'|""(?:\\[\s\S]|[^""\\])*""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s(-[A-Za-z]*d|--data(-[a-z]+)?)(?=[\s'=@])")]
    private static partial Regex Body();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^(?!.*(NAME|NNNN))(workflows|activities|workers|tests|docs|samples)/[A-Za-z0-9_./-]+$")]
    private static partial Regex RepositoryPath();
}
