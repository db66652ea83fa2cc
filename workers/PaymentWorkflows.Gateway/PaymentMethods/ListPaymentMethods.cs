using System.Globalization;
using System.Text.RegularExpressions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.PaymentMethods;

/// <summary><c>GET /v1/payment-methods</c>: the methods that can be used, best first.</summary>
public sealed partial class ListPaymentMethods(IPaymentMethods methods)
{
    private static readonly string[] Known = ["country", "currency", "amount", "locale"];

    /// <exception cref="ApiException">400 with the parameter's name.</exception>
    public ApiAnswer Answer(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var query = http.Request.Query;
        foreach (var (name, values) in query)
        {
            if (!Known.Contains(name, StringComparer.Ordinal))
            {
                throw ApiErrors.Unknown(name);
            }

            if (values.Count > 1)
            {
                throw ApiErrors.Duplicate(name);
            }
        }

        var country = Required(query, "country");
        var (currency, locale) = (CurrencyOf(query), Locale(query));
        var ranked = PaymentMethodRanking.Rank(
            methods.Current,
            Iso3166.IsCountry(country) ? country : throw ApiErrors.Wrong("country", "an ISO 3166-1 alpha-2 country code in upper case, such as DE"),
            new Money(Amount(query), currency));
        return ApiAnswer.Of(StatusCodes.Status200OK, new PaymentMethodListResource(
            "list", [.. ranked.Select((method, index) => PaymentMethodResource.Of(method, currency, locale, index + 1))], HasMore: false, "/v1/payment-methods"));
    }

    private static Currency CurrencyOf(IQueryCollection query) => Currency.TryParse(Required(query, "currency"), null, out var currency)
        ? currency
        : throw ApiErrors.Invalid("currency_unknown", "'currency' must be an active ISO 4217 code, such as eur or usd.", "currency");

    private static long Amount(IQueryCollection query) =>
        long.TryParse(Required(query, "amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount is >= 1 and <= Pricing.MaxMinor
            ? amount
            : throw ApiErrors.Wrong("amount", $"an integer from 1 to {Pricing.MaxMinor}, in minor units");

    private static string? Locale(IQueryCollection query) => Text(query, "locale") switch
    {
        null => null,
        var tag when LanguageTag().IsMatch(tag) => tag,
        _ => throw ApiErrors.Wrong("locale", "a language tag such as de or pt-BR"),
    };

    private static string Required(IQueryCollection query, string name) => Text(query, name) ?? throw ApiErrors.Missing(name);

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
