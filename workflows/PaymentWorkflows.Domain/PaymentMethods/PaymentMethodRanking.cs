namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>In which order a customer is shown the methods that can be used.</summary>
public static class PaymentMethodRanking
{
    /// <summary>
    /// The methods that can pay this amount in this country, best first: methods made for the buyer's country before methods for every
    /// country, the one for the fewest countries first; then methods made for the currency, the one for the fewest currencies first; then
    /// the outcome that is known soonest (with the provider's answer before an event; the shorter expiry first); then the one that is paid
    /// out soonest; then by name, so that equal methods never change places.
    /// </summary>
    /// <param name="catalogue">What the deployment offers.</param>
    /// <param name="country">The buyer's country, ISO 3166-1 alpha-2 in upper case.</param>
    /// <param name="amount">What is to be paid; it decides which methods can be used, not their order.</param>
    public static IReadOnlyList<PaymentMethod> Rank(PaymentMethodCatalogue catalogue, string country, Money amount)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return
        [
            .. catalogue.Methods.Where(method => PaymentMethodRules.IsUsable(method, country, amount))
                .OrderBy(method => method.Countries?.Count ?? int.MaxValue)
                .ThenBy(method => method.Currencies?.Count ?? int.MaxValue)
                .ThenBy(method => method.Traits.Outcome == OutcomeSource.Answer ? 0 : 1)
                .ThenBy(method => method.Traits.Expiry)
                .ThenBy(method => method.SettlementDays)
                .ThenBy(method => method.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The method's name in a language: that of the tag, else of its language alone, else English.</summary>
    /// <param name="method">The method.</param>
    /// <param name="locale">A language tag (BCP 47), such as <c>pt-BR</c>; null is English.</param>
    public static string DisplayName(PaymentMethod method, string? locale)
    {
        ArgumentNullException.ThrowIfNull(method);
        var tags = locale is null ? [] : new[] { locale, locale.Split('-')[0] };
        foreach (var tag in tags)
        {
            if (Named(method, tag) is { } name)
            {
                return name;
            }
        }

        return method.Names["en"];
    }

    /// <summary>Tags are the same in any case (RFC 5646), and no method has one twice.</summary>
    private static string? Named(PaymentMethod method, string tag) =>
        method.Names.Where(entry => string.Equals(entry.Key, tag, StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Value).FirstOrDefault();
}
