using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>What a checkout asks of a payment method.</summary>
public sealed record PaymentMethodUse
{
    /// <summary>The method's name.</summary>
    public required string Type { get; init; }

    public required Money Amount { get; init; }

    /// <summary>The buyer's country (ISO 3166-1 alpha-2, upper case); null when nobody said, and then it is not checked.</summary>
    public string? Country { get; init; }

    public CaptureMode Capture { get; init; }

    /// <summary>The fields of <see cref="RequestFields.All"/> that are there.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>Why a payment method cannot be used so. Closed by its kind.</summary>
/// <param name="Kind">What is wrong with the field.</param>
/// <param name="Field">The field's path in the request.</param>
/// <param name="Message">A sentence: what is wrong and what is allowed; holds no value of a person.</param>
public sealed record PaymentMethodProblem(PaymentMethodProblemKind Kind, string Field, string Message);

/// <summary>What is wrong with a field.</summary>
public enum PaymentMethodProblemKind
{
    /// <summary>It is needed and not there.</summary>
    Missing,

    /// <summary>Its value is outside of what the method takes, or the method does not take the field.</summary>
    Invalid,
}

/// <summary>
/// Whether a checkout can be paid with a method: the one place that decides it, for requests over HTTP and for workflows that are started
/// without the Gateway.
/// </summary>
public static class PaymentMethodRules
{
    private const string TypeField = "payment_method.type";

    /// <summary>The first thing that is wrong; null when the method can be used.</summary>
    public static PaymentMethodProblem? Check(PaymentMethodCatalogue catalogue, PaymentMethodUse use)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(use);
        return catalogue.Find(use.Type) is { } method
            ? Check(method, use)
            : Wrong(TypeField, $"'{TypeField}' must be one of: {string.Join(", ", catalogue.Names)}.");
    }

    /// <summary>Whether a payment of this amount by a buyer of this country can be made with the method.</summary>
    public static bool IsUsable(PaymentMethod method, string country, Money amount)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Place(method, country) is null && Currency(method, amount.Currency) is null && Limit(method, amount) is null;
    }

    /// <summary>The method's limit in a currency; null when it has none.</summary>
    public static AmountLimit? LimitIn(PaymentMethod method, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.Limits.FirstOrDefault(limit => limit.Currency == currency);
    }

    private static PaymentMethodProblem? Check(PaymentMethod method, PaymentMethodUse use) =>
        Currency(method, use.Amount.Currency)
        ?? (use.Country is { } country ? Place(method, country) : null)
        ?? Limit(method, use.Amount)
        ?? Capture(method, use.Capture)
        ?? Required(method, use.Fields)
        ?? Unwanted(method, use.Fields);

    private static PaymentMethodProblem? Currency(PaymentMethod method, Currency currency) =>
        method.Currencies is null || method.Currencies.Contains(currency)
            ? null
            : Wrong("currency", $"'currency' must be one of: {string.Join(", ", method.Currencies)}, because the payment method is {method.Name}.");

    private static PaymentMethodProblem? Place(PaymentMethod method, string country) =>
        method.Countries is null || method.Countries.Contains(country, StringComparer.Ordinal)
            ? null
            : Wrong(RequestFields.CustomerCountry, $"'{RequestFields.CustomerCountry}' must be one of: {string.Join(", ", method.Countries)}, because the payment method is {method.Name}.");

    private static PaymentMethodProblem? Limit(PaymentMethod method, Money amount) =>
        LimitIn(method, amount.Currency) is not { } limit || limit.Takes(amount.Minor)
            ? null
            : Wrong("lines", $"The lines add up to {amount.Minor} minor units of {amount.Currency}; {method.Name} takes {limit}.");

    private static PaymentMethodProblem? Capture(PaymentMethod method, CaptureMode capture) =>
        method.CaptureModes.Contains(capture)
            ? null
            : Wrong("capture", $"'capture' must be one of: {string.Join(", ", method.CaptureModes.Select(NameOf))}, because the payment method is {method.Name}.");

    private static PaymentMethodProblem? Required(PaymentMethod method, IReadOnlyList<string> there) =>
        method.RequiredFields.FirstOrDefault(field => !there.Contains(field, StringComparer.Ordinal)) is { } missing
            ? new PaymentMethodProblem(PaymentMethodProblemKind.Missing, missing, $"'{missing}' is required, because the payment method is {method.Name}.")
            : null;

    private static PaymentMethodProblem? Unwanted(PaymentMethod method, IReadOnlyList<string> there) =>
        RequestFields.OnDemand.FirstOrDefault(field => there.Contains(field, StringComparer.Ordinal) && !Takes(method, field)) is { } unwanted
            ? Wrong(unwanted, $"'{unwanted}' must be left out, because the payment method {method.Name} does not take it.")
            : null;

    private static bool Takes(PaymentMethod method, string field) =>
        method.RequiredFields.Contains(field, StringComparer.Ordinal)
        || method.Traits.Providers.Any(provider => provider.Fields.Any(one => one.Source == field));

    private static string NameOf(CaptureMode mode) => Holds.HoldRules.Name(mode);

    private static PaymentMethodProblem Wrong(string field, string message) => new(PaymentMethodProblemKind.Invalid, field, message);
}
