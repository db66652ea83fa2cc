namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>The fields of a checkout request that a payment method may ask for, by their paths.</summary>
public static class RequestFields
{
    public const string CustomerName = "customer.name";
    public const string CustomerEmail = "customer.email";
    public const string CustomerTaxId = "customer.tax_id";
    public const string CustomerCountry = "customer.country";
    public const string CustomerPostalCode = "customer.postal_code";
    public const string Token = "payment_method.token";
    public const string Code = "payment_method.code";
    public const string ReturnUrl = "return_url";

    private const string CustomerPrefix = "customer.";

    /// <summary>Every field that may be required.</summary>
    public static IReadOnlyList<string> All { get; } =
        [CustomerName, CustomerEmail, CustomerTaxId, CustomerCountry, CustomerPostalCode, Token, Code, ReturnUrl];

    /// <summary>Fields that can be handed to a provider as a parameter of its own.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        [CustomerName, CustomerEmail, CustomerTaxId, CustomerCountry, CustomerPostalCode, Token, Code];

    /// <summary>Fields that a method gets only when it asks for them: what it does not know would be sent in vain, or refused late.</summary>
    public static IReadOnlyList<string> OnDemand { get; } = [Token, Code];

    /// <summary>Whether the field belongs to the person, whose data live in one table only.</summary>
    public static bool IsPersonal(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.StartsWith(CustomerPrefix, StringComparison.Ordinal);
    }
}
