using CsCheck;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>Right YAML files with one to four mistakes, of which some are meant badly.</summary>
internal static class YamlMutations
{
    /// <summary>What is put in the place of values, keys and lines, or into the middle of them.</summary>
    private static readonly string[] Pieces =
    [
        "&a", "*a", "&a [*a]", "<<: *a", "!!binary aGk=", "!x y", "!<tag:yaml.org,2002:str> a", "! a", "%YAML 9.9", "%TAG ! tag:x,2000:", "---", "...", "? ", "? a\n: b", ": ", "- ", "- - - a",
        "{", "}", "[", "]", "{}", "[]", "[{[{", "|", ">", "|9", ">-\n  a", "'", "\"", "\"\\uD800\"", "\"\\U00110000\"", "\"\\UFFFFFFFF\"", "\"\\x00\"", "\"\\q\"", "\0", "\uFEFF", "\uD800", "\uDC00", "\u2028", "\u0085",
        "\t", "\r", "\r\n", "\n", "\n\n", "#", " #", "@", "`", "~", "null", "", " ", "''", "\"\"", "true", "no", "0", "-1", "1.5", "1e9", ".inf", ".nan", "0x7f", "1_000", "99999999999999999999999999", "\uFF11",
        "P99999999999999999999D", "PT1.99999999999999999999S", "PT0.0000000000000000001S", "P1DT", "PT", "P1M", "-PT1S", "PT5S\n", "\"PT5S\\n\"", "\"default\\n\"", "P10675199DT2H48M5.4775807S", "PT922337203685477H",
        "2026-01-01", "127.0.0.1:1", "127.0.0.1:99999", "[::1]:80", "http://[", "http://a:b@c/", "http://\u0000/", "file:///etc/passwd", "javascript:x", "whsec_", "whsec_!!!!", "sk_", "XX", "eur", "EUR", "any", "card", "plain",
        "\"placement\": lean", "'methods': {}", "\U0001F4B3", "caf\u00E9", "\u202E", "$(reboot)", "${PATH}", "{{7*7}}", "../../../etc/passwd", "card: {stripe: {type: card}}", "a: b: c", "key without value:", ": value without key",
    ];

    private static readonly string[] Long = [new('a', 5_000), new('9', 5_000), new(' ', 5_000), new('\n', 5_000), new('-', 5_000), string.Concat(Enumerable.Repeat("a: ", 500)), string.Concat(Enumerable.Repeat("- ", 500)), new('[', 500), new('{', 500)];

    /// <summary>Mutated texts of these.</summary>
    public static Gen<string> Of(params string[] texts) => Gen.Select(
        Gen.OneOf(texts),
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000], Gen.OneOf([.. Pieces, .. Long])).Array[1, 4],
        (text, changes) => changes.Aggregate(text, (before, change) => Change(before, change.Item1, change.Item2, change.Item3, change.Item4)));

    private static string Change(string text, int kind, int first, int second, string piece)
    {
        if (text.Length == 0)
        {
            return piece;
        }

        var (at, other) = (first % text.Length, second % text.Length);
        var (low, high) = (Math.Min(at, other), Math.Max(at, other));
        return kind switch
        {
            0 or 1 => InLine(text, first, line => line.IndexOf(": ", StringComparison.Ordinal) is var mark && mark < 0 ? piece : line[..(mark + 2)] + piece),
            2 => InLine(text, first, line => line.IndexOf(':', StringComparison.Ordinal) is var mark && mark < 0 ? piece : Indent(line) + piece + line[mark..]),
            3 => InLine(text, first, _ => null),
            4 => InLine(text, first, line => $"{line}\n{line}"),
            5 => InLine(text, first, line => new string(' ', second % 9) + line.TrimStart()),
            6 => text.Insert(at, piece),
            7 => text[..at],
            8 => text.Remove(low, Math.Min(high - low, 40)),
            9 => text.Insert(at, text.Substring(low, Math.Min(high - low, 60))),
            10 => string.Concat(text.AsSpan(0, at), ((char)(second % 0x300)).ToString(), text.AsSpan(at + 1)),
            11 => $"{text}\n{piece}\n",
            _ => InLine(text, first, line => string.Join('\n', Enumerable.Repeat(line, second % 300))),
        };
    }

    private static string Indent(string line) => line[..(line.Length - line.TrimStart().Length)];

    /// <summary>Changes one line; null takes it away.</summary>
    private static string InLine(string text, int number, Func<string, string?> change)
    {
        var lines = text.Split('\n').ToList();
        var index = number % lines.Count;
        if (change(lines[index]) is { } changed)
        {
            lines[index] = changed;
        }
        else
        {
            lines.RemoveAt(index);
        }

        return string.Join('\n', lines);
    }
}
