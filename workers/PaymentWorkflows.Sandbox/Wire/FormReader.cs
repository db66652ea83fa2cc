namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>Reads <c>application/x-www-form-urlencoded</c> text with bracketed names into a tree.</summary>
internal static class FormReader
{
    /// <summary>Parses a query string or a body; a name without <c>=</c> is an empty text.</summary>
    public static FormNode Read(string text)
    {
        var root = new FormNode();
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(at < 0 ? pair : pair[..at]);
            root.Add(Segments(name), at < 0 ? string.Empty : Decode(pair[(at + 1)..]));
        }

        return root;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static List<string> Segments(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        if (open <= 0)
        {
            return [name];
        }

        var segments = new List<string> { name[..open] };
        while (open >= 0 && open < name.Length)
        {
            var close = name.IndexOf(']', open);
            if (close < 0)
            {
                return [name];
            }

            segments.Add(name[(open + 1)..close]);
            open = name.IndexOf('[', close);
        }

        return segments;
    }
}
