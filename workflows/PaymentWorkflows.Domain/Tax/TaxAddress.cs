namespace PaymentWorkflows.Domain.Tax;

/// <summary>What of a customer's address is needed to tell where tax is due. Source: docs.stripe.com/tax/customer-locations#supported-formats.</summary>
public static class TaxAddress
{
    /// <summary>The first field that is missing, by its name within the customer; null when nothing is.</summary>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    /// <param name="postalCode">As the customer wrote it.</param>
    public static string? Missing(string? country, string? postalCode) => (country, postalCode) switch
    {
        (null, _) => "country",
        // States and provinces have taxes of their own, and are told by the postal code.
        ("US" or "CA", null) => "postal_code",
        _ => null,
    };
}
