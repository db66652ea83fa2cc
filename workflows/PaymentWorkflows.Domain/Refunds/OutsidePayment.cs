using System.Text.RegularExpressions;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>
/// How a person says that a customer got the money outside of the provider: <c>bank:REFERENCE</c>. Nobody checks it, so it is never taken
/// for something else: the form is asked for, and what looks like an object of a provider is refused.
/// </summary>
public static partial class OutsidePayment
{
    /// <summary>What the evidence begins with.</summary>
    public const string Prefix = "bank:";

    /// <summary>The two forms of an evidence about a refund, for people.</summary>
    public const string Forms = "the provider's id of a refund made there (re_...), or bank:REFERENCE for money that the customer got another way";

    /// <summary>Whether a person speaks of money that went another way.</summary>
    public static bool Is(string? evidence) => evidence?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Why it is no such reference; null when it is one.</summary>
    public static string? Problem(string evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var reference = evidence[Prefix.Length..].Trim();
        return reference.Length switch
        {
            0 => "'evidence' names no reference: bank:REFERENCE, such as bank:SEPA-2026-4711.",
            _ when ProviderObject().IsMatch(reference) => $"'evidence' names '{reference}', which looks like an object of the provider and no transfer. Allowed: {Forms}.",
            _ => null,
        };
    }

    [GeneratedRegex("^(re|pyr|pi|ch|py|txn|po|tr|ref|chk)_", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ProviderObject();
}
