using System.Text.RegularExpressions;

namespace PaymentWorkflows.Stripe.Taxes;

/// <summary>
/// Tells Stripe's type of a customer's tax number by the country and the number's form. Source: docs.stripe.com/billing/customer/tax-ids.
/// Only numbers of businesses that change where or whether tax is due are told; a number of another form is not.
/// </summary>
internal static partial class TaxNumbers
{
    private static readonly HashSet<string> Union = new(StringComparer.Ordinal)
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    };

    /// <summary>The type and the number as Stripe wants it; null when it is none of these.</summary>
    public static (string Type, string Value)? Read(string country, string? number)
    {
        var value = Separators().Replace(number ?? "", "").ToUpperInvariant();
        return country switch
        {
            // Greek numbers begin with EL, not with the country's code.
            _ when Union.Contains(country) => EuropeanVat().IsMatch(value) && value.StartsWith(country == "GR" ? "EL" : country, StringComparison.Ordinal) ? ("eu_vat", value) : null,
            "GB" => BritishVat().IsMatch(value) ? ("gb_vat", value) : null,
            "CH" => SwissVat().IsMatch(value) ? ("ch_vat", value) : null,
            "AU" => AustralianNumber().IsMatch(value) ? ("au_abn", value) : null,
            "SG" => SingaporeGst().IsMatch(value) ? ("sg_gst", value) : null,
            _ => null,
        };
    }

    [GeneratedRegex("[ ./-]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex("^[A-Z]{2}[0-9A-Z]{2,12}$", RegexOptions.CultureInvariant)]
    private static partial Regex EuropeanVat();

    [GeneratedRegex("^(GB)?([0-9]{9}|[0-9]{12})$", RegexOptions.CultureInvariant)]
    private static partial Regex BritishVat();

    [GeneratedRegex("^CHE[0-9]{9}(MWST|TVA|IVA)$", RegexOptions.CultureInvariant)]
    private static partial Regex SwissVat();

    [GeneratedRegex("^[0-9]{11}$", RegexOptions.CultureInvariant)]
    private static partial Regex AustralianNumber();

    [GeneratedRegex("^(M[0-9]{8}[A-Z]|[0-9]{8,9}[A-Z]|[TSR][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z])$", RegexOptions.CultureInvariant)]
    private static partial Regex SingaporeGst();
}
