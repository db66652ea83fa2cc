namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class NearestWords
{
    private const int LongestWord = 100;

    /// <summary>At most three of <paramref name="known"/>, the ones with the fewest edits first.</summary>
    public static IReadOnlyList<string> To(string word, IEnumerable<string> known) =>
        [.. known.OrderBy(candidate => Distance(word.Length <= LongestWord ? word : word[..LongestWord], candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).Take(3)];

    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[right.Length];
    }
}
