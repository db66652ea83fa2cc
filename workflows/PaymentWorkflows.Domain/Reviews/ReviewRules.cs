namespace PaymentWorkflows.Domain.Reviews;

/// <summary>Decides which payments a person looks at, pure.</summary>
public static class ReviewRules
{
    /// <summary>No rate of any jurisdiction is above this many times the price.</summary>
    private const int MostTax = 1;

    /// <summary>
    /// Whether a rule may apply to a checkout that has not been paid yet: what is not known then - the risk, the velocity - counts as met.
    /// Where it cannot apply, the money may be taken in one call with the authorization.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="price">The price of the lines.</param>
    /// <param name="taxOnTop">Whether tax is still to be added to it.</param>
    /// <param name="method">The payment method's name.</param>
    /// <param name="country">The customer's country; null when it is not known.</param>
    public static bool MayApply(ReviewRule rule, Money price, bool taxOnTop, string method, string? country)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var most = taxOnTop ? price * (1 + MostTax) : price;
        return MeetsAmount(rule, most) && MeetsCountry(rule, country) && MeetsMethod(rule, method);
    }

    /// <summary>Whether a payment meets every condition of a rule but its velocity.</summary>
    public static bool MeetsAllButVelocity(ReviewRule rule, ReviewSubject payment)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(payment);
        return MeetsAmount(rule, payment.Amount)
            && MeetsCountry(rule, payment.Country)
            && MeetsMethod(rule, payment.Method)
            && (rule.RiskLevels is not { } levels || (payment.RiskLevel is { } level && levels.Contains(level)));
    }

    /// <summary>Whether a payment, with what was paid before it, reaches a velocity.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="amount">The payment's amount.</param>
    /// <param name="before">What the same customer or card has paid within the window; null when the payment has no such subject.</param>
    public static bool MeetsVelocity(VelocityCondition condition, Money amount, VelocitySeen? before)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return before is not null
            && (condition.Count is not { } count || before.Count + 1 >= count)
            && (condition.Sum is [] || Reaches(condition.Sum, before.Sum + amount));
    }

    /// <summary>What a person is told: every rule that spoke, with its words.</summary>
    public static string Message(IReadOnlyList<ReviewRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return string.Join(" ", rules.Select(rule => $"{rule.Name}: {rule.Message}"));
    }

    private static bool MeetsAmount(ReviewRule rule, Money amount) => rule.AmountFrom is [] || Reaches(rule.AmountFrom, amount);

    private static bool MeetsCountry(ReviewRule rule, string? country) =>
        (rule.Countries is not { } among || (country is not null && among.Contains(country)))
        && (rule.CountriesExcept is not { } except || country is null || !except.Contains(country));

    private static bool MeetsMethod(ReviewRule rule, string method) => rule.Methods is not { } methods || methods.Contains(method);

    private static bool Reaches(IReadOnlyList<Money> limits, Money amount) =>
        limits.Any(limit => limit.Currency == amount.Currency && amount >= limit);
}
