using System.Globalization;
using System.Text.RegularExpressions;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// Finds card numbers in text: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1), in one run or in groups set apart by spaces or
/// dashes; and whatever stands between groups that are written as on a card. A longer run of digits is no card number, nor is a UUID.
/// </summary>
public static partial class CardNumbers
{
    private const int Shortest = 13;
    private const int Longest = 19;
    private const int LongestGap = 3;

    /// <summary>Whether there is a card number anywhere in the text.</summary>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        text = WithoutUuids(text);
        return IsWrittenIn(text) || IsInGroups(text, fewest: 1);
    }

    /// <summary>
    /// For ids that others chose: a number that is a word (<see cref="IsWordIn"/>), one of a large brand (<see cref="IsOfBrandIn"/>), or one
    /// in groups that spaces or dashes set apart.
    /// </summary>
    public static bool IsInId(ReadOnlySpan<char> text) => IsWordIn(text) || IsOfBrandIn(text) || IsInGroups(WithoutUuids(text), fewest: 2);

    /// <summary>Whether groups of digits, at least so many of them, make a card number together.</summary>
    private static bool IsInGroups(ReadOnlySpan<char> text, int fewest)
    {
        var groups = new List<string>();
        var index = 0;
        while (index < text.Length)
        {
            if (Digit(text[index]) < 0)
            {
                index++;
                continue;
            }

            groups.Clear();
            index = ReadGroups(text, index, groups);
            if (AnyIn(groups, fewest))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a run of digits that nothing but punctuation surrounds is a card number: for keys, which are often random letters and digits.</summary>
    public static bool IsWordIn(ReadOnlySpan<char> text)
    {
        text = WithoutUuids(text);
        for (var index = 0; index < text.Length; index++)
        {
            var start = index;
            while (index < text.Length && Digit(text[index]) >= 0)
            {
                index++;
            }

            var isWord = index > start && (start == 0 || !char.IsLetter(text[start - 1])) && (index == text.Length || !char.IsLetter(text[index]));
            if (isWord && index - start is >= Shortest and <= Longest && PassesLuhn(Digits(text[start..index])))
            {
                return true;
            }
        }

        return IsWrittenIn(text);
    }

    /// <summary>
    /// Whether a run of digits, also one among letters, is a number as the large brands give them out: their first digits, their lengths, Luhn.
    /// For ids of callers, whose random letters and digits look like any card number in one of 500 cases, and like one of these in one of some 14,000.
    /// </summary>
    public static bool IsOfBrandIn(ReadOnlySpan<char> text)
    {
        foreach (var match in Branded().EnumerateMatches(text))
        {
            if (PassesLuhn(text.Slice(match.Index, match.Length)))
            {
                return true;
            }
        }

        return IsWrittenIn(text);
    }

    /// <summary>As <see cref="IsIn"/>, also looking at the text with percent escapes and plus signs decoded.</summary>
    public static bool IsInEncoded(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsIn(text))
        {
            return true;
        }

        if (!text.Contains('%', StringComparison.Ordinal) && !text.Contains('+', StringComparison.Ordinal))
        {
            return false;
        }

        return IsIn(Uri.UnescapeDataString(text.Replace('+', ' ')));
    }

    /// <summary>Whether the digits end in their own Luhn check digit.</summary>
    public static bool PassesLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var index = 0; index < digits.Length; index++)
        {
            var digit = digits[digits.Length - 1 - index] - '0';
            sum += index % 2 == 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    /// <summary>Collects the groups of digits from here that only spaces and dashes set apart; returns where they end.</summary>
    private static int ReadGroups(ReadOnlySpan<char> text, int index, List<string> groups)
    {
        while (true)
        {
            var start = index;
            while (index < text.Length && Digit(text[index]) >= 0)
            {
                index++;
            }

            groups.Add(Digits(text[start..index]));
            var gap = index;
            while (gap < text.Length && gap - index < LongestGap && IsSeparator(text[gap]))
            {
                gap++;
            }

            if (gap == index || gap >= text.Length || Digit(text[gap]) < 0)
            {
                return index;
            }

            index = gap;
        }
    }

    /// <summary>Tries every row of neighbouring groups: a card number may stand beside other numbers.</summary>
    private static bool AnyIn(List<string> groups, int fewest)
    {
        Span<char> row = stackalloc char[Longest];
        for (var first = 0; first < groups.Count; first++)
        {
            var length = 0;
            for (var last = first; last < groups.Count && length + groups[last].Length <= Longest; last++)
            {
                groups[last].CopyTo(row[length..]);
                length += groups[last].Length;
                if (length >= Shortest && last - first + 1 >= fewest && PassesLuhn(row[..length]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Puts letters in the place of UUIDs: one in some ten thousand holds groups of digits that look like a card number. One without any
    /// letter is left, for it may be digits that somebody wrote so.
    /// </summary>
    private static ReadOnlySpan<char> WithoutUuids(ReadOnlySpan<char> text)
    {
        char[]? masked = null;
        foreach (var match in Uuid().EnumerateMatches(text))
        {
            if (text.Slice(match.Index, match.Length).IndexOfAnyInRange('A', 'f') >= 0)
            {
                masked ??= text.ToArray();
                masked.AsSpan(match.Index, match.Length).Fill('x');
            }
        }

        return masked ?? text;
    }

    [GeneratedRegex("(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    /// <summary>Visa, Mastercard, Discover, Diners (16), JCB and UnionPay with 16 digits, American Express with 15, Diners with 14.</summary>
    [GeneratedRegex("(?<![0-9])(?:(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6[0245][0-9]{2}|81[0-9]{2}|35[0-9]{2}|3[0689][0-9]{2})[0-9]{12}|3[47][0-9]{13}|3[0689][0-9]{12})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Branded();

    private static bool IsWrittenIn(ReadOnlySpan<char> text)
    {
        foreach (var match in Written().EnumerateMatches(text))
        {
            var digits = new List<char>(Longest);
            foreach (var c in text.Slice(match.Index, match.Length))
            {
                if (char.IsAsciiDigit(c))
                {
                    digits.Add(c);
                }
            }

            if (PassesLuhn(digits.ToArray()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As a card is written, whatever stands between its groups: 4-4-4-4, or 4-6-5 and 4-6-4 for the shorter ones.</summary>
    [GeneratedRegex(@"(?<![0-9])(?:[2-6][0-9]{3}(?:[^0-9A-Za-z]{1,4}[0-9]{4}){3}|3[0-9]{3}[^0-9A-Za-z]{1,4}[0-9]{6}[^0-9A-Za-z]{1,4}[0-9]{4,5})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    private static string Digits(ReadOnlySpan<char> text)
    {
        var digits = new char[text.Length];
        for (var index = 0; index < text.Length; index++)
        {
            digits[index] = (char)('0' + Digit(text[index]));
        }

        return new string(digits);
    }

    // Digits of any script count, so that a full-width card number is found too.
    private static int Digit(char c) =>
        char.IsAscii(c) ? (char.IsAsciiDigit(c) ? c - '0' : -1) : CharUnicodeInfo.GetDecimalDigitValue(c);

    private static bool IsSeparator(char c) => c is ' ' or '-' or '\t' || (!char.IsAscii(c)
        && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format);
}
