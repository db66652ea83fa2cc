using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Stripe;

/// <summary>
/// Stripe counts minor units differently from ISO 4217 for a few currencies. Source: docs.stripe.com/currencies (zero-decimal,
/// three-decimal and special cases).
/// </summary>
public static class StripeMinorUnits
{
    /// <summary>What an ISO minor unit is multiplied by to get Stripe's (ISK and UGX carry two digits there that are always 00).</summary>
    private static long Scale(Currency currency) => currency.Code is "isk" or "ugx" ? 100 : 1;

    /// <summary>What an ISO amount must be divisible by (MGA has no minor unit at Stripe; three-decimal amounts end in 0).</summary>
    private static long Step(Currency currency) => currency.Code switch
    {
        "mga" => 100,
        _ when currency.MinorDigits == 3 => 10,
        _ => 1,
    };

    /// <summary>The amount as Stripe wants it; null when Stripe cannot express it: digits that must be 0 are not, or it does not fit 64 bits.</summary>
    public static long? ToStripe(Money amount)
    {
        if (amount.Minor % Step(amount.Currency) != 0)
        {
            return null;
        }

        if (amount.Currency.Code == "mga")
        {
            return amount.Minor / 100;
        }

        var scaled = (Int128)amount.Minor * Scale(amount.Currency);
        return scaled >= long.MinValue && scaled <= long.MaxValue ? (long)scaled : null;
    }

    /// <summary>Stripe's amount in ISO minor units; null when it has digits that the currency has not.</summary>
    public static Money? TryFromStripe(long amount, Currency currency)
    {
        if (currency.Code == "mga")
        {
            return new Money(checked(amount * 100), currency);
        }

        var scale = Scale(currency);
        return amount % scale == 0 ? new Money(amount / scale, currency) : null;
    }

    /// <summary>Stripe's amount in ISO minor units.</summary>
    /// <exception cref="FormatException">Digits that must be 00 are not.</exception>
    public static Money FromStripe(long amount, Currency currency) =>
        TryFromStripe(amount, currency) ?? throw new FormatException($"Stripe's amount {amount} in {currency} does not end in 00.");
}
