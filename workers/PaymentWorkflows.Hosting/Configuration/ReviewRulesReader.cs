using System.Globalization;
using System.Text.RegularExpressions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Names the keys of the section <c>review_rules</c>.</summary>
internal static partial class ReviewRulesReader
{
    private const int LongestMessage = 300;
    private const string Conditions = "amount_from, countries, countries_except, methods, risk_levels or velocity";
    private static readonly TimeSpan LeastWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostWindow = TimeSpan.FromDays(90);

    public static IReadOnlyList<ReviewRule> Read(SettingsSection root)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return root.Sections("review_rules", section => ReadRule(section, known));
    }

    private static ReviewRule ReadRule(SettingsSection section, HashSet<string> known)
    {
        var rule = new ReviewRule
        {
            Name = section.Matching("name", RuleName(), "a name of lower-case letters, digits and '_', beginning with a letter, at most 50", null),
            Message = section.Required<string>(
                "message",
                (string text, out string value) => (value = text).Trim().Length > 0 && text.Length <= LongestMessage && !text.Any(char.IsControl),
                string.Create(CultureInfo.InvariantCulture, $"one line of 1 to {LongestMessage} characters for the person who looks")),
            AmountFrom = Amounts(section, "amount_from"),
            Countries = Countries(section, "countries"),
            CountriesExcept = Countries(section, "countries_except"),
            Methods = section.Words<string>("methods", (string text, out string value) => RuleName().IsMatch(value = text), "the name of a payment method"),
            RiskLevels = section.Words<string>(
                "risk_levels", (string text, out string value) => AllowedValues.RiskLevels.Contains(value = text), $"one of {string.Join(", ", AllowedValues.RiskLevels)}"),
            Velocity = section.OptionalSection("velocity", ReadVelocity),
        };
        if (!known.Add(rule.Name))
        {
            throw section.Wrong("name", $"{section.PathOf("name")} is '{rule.Name}', which another rule has already; name each rule once");
        }

        if (rule is { Countries: not null, CountriesExcept: not null })
        {
            throw section.Wrong("countries_except", $"{section.PathOf("countries_except")} must not stand beside countries; one of them says it all");
        }

        // A misspelt condition is told as that.
        section.Close();
        return rule is { AmountFrom: [], Countries: null, CountriesExcept: null, Methods: null, RiskLevels: null, Velocity: null }
            ? throw section.Wrong("name", $"{section.PathOf("name")} is '{rule.Name}', a rule without a condition, which would hold every payment; give it one of {Conditions}")
            : rule;
    }

    private static VelocityCondition ReadVelocity(SettingsSection section)
    {
        var per = section.OneOf("per", AllowedValues.VelocitySubjects, null) == "card" ? VelocitySubject.Card : VelocitySubject.Customer;
        var within = section.RequiredDuration("within", LeastWindow, MostWindow);
        var count = section.Value<int?>(
            "count",
            (string text, out int? value) =>
            {
                var read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
                value = number;
                return read && number is >= 2 and <= 10_000;
            },
            "a whole number from 2 to 10000, or left out",
            null);
        var sum = Amounts(section, "sum");
        return count is null && sum is []
            ? throw section.Missing("count", "a whole number from 2 to 10000; count, sum or both must be there")
            : new VelocityCondition(per, within, count, sum);
    }

    private static IReadOnlyList<Money> Amounts(SettingsSection section, string key)
    {
        var amounts = section.Map(key, (map, code) =>
        {
            if (!Currency.TryParse(code, null, out var currency) || currency.Code != code)
            {
                throw map.Wrong(code, $"{map.PathOf(code)} must be an ISO 4217 currency code in lower case, such as eur");
            }

            var minor = map.Required<long>(
                code,
                (string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= 99_999_999_999,
                "a whole number of minor units from 1 to 99999999999");
            return new Money(minor, currency);
        });
        return amounts.Count == 0 && section.Has(key)
            ? throw section.Wrong(key, $"{section.PathOf(key)} is empty; it must name at least one currency, such as {{eur: 50000}}")
            : [.. amounts.Values];
    }

    private static IReadOnlyList<string>? Countries(SettingsSection section, string key) => section.Words<string>(
        key, (string text, out string value) => Iso3166.IsCountry(value = text), "an ISO 3166-1 alpha-2 country code in upper case, such as DE");

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RuleName();
}
