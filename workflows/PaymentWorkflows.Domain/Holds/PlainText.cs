using System.Globalization;
using System.Text;

namespace PaymentWorkflows.Domain.Holds;

/// <summary>One line that can be printed, kept in any table and shown on any page.</summary>
internal static class PlainText
{
    /// <summary>What is wrong with a text that a person sent; null when nothing is, or when there is none.</summary>
    public static string? Problem(string field, string? text, int longest) => text switch
    {
        null => null,
        _ when text.Length > longest => $"'{field}' may have at most {longest} characters; this has {text.Length}.",
        _ when Of(text) != text => $"'{field}' must be one line of printable characters.",
        _ when Payments.CardNumbers.IsIn(text) => $"'{field}' holds what looks like a card number. Nothing of it was kept.",
        _ => null,
    };

    /// <summary>The text with a question mark for each character that cannot be printed.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(IsPrintable(rune) ? rune.ToString() : "?");
        }

        return plain.ToString();
    }

    // A lone surrogate is read as the replacement character, which no database would take as it came.
    private static bool IsPrintable(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
