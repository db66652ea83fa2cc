namespace PaymentWorkflows.Domain;

/// <summary>What every id obeys: letters, digits and <c>_ - .</c>, so that it is safe in addresses, keys, searches and logs.</summary>
internal static class Identifier
{
    internal static bool IsValid(string? text, int maxLength, string prefix = "") =>
        text is not null
        && text.Length > prefix.Length
        && text.Length <= maxLength
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    internal static FormatException Invalid(string? text, string kind, string allowed) =>
        new($"'{text}' is no valid {kind}: {allowed}, letters, digits, '_', '-' and '.' only.");
}
