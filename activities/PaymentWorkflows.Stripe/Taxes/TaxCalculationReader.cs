using System.Globalization;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Tax;
using Stripe.Tax;

namespace PaymentWorkflows.Stripe.Taxes;

/// <summary>
/// Reads a calculation and holds it against the request: what does not add up is never charged. Source: docs.stripe.com/api/tax/calculations.
/// </summary>
internal static class TaxCalculationReader
{
    /// <exception cref="TaxRefusedException">The answer contradicts the request or itself.</exception>
    public static TaxResult Read(TaxRequest request, Money price, string country, Calculation calculation)
    {
        try
        {
            return Checked(request, price, country, calculation);
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            throw Contradiction(unreadable.Message);
        }
    }

    private static TaxResult Checked(TaxRequest request, Money price, string country, Calculation calculation)
    {
        if (calculation is not { Id.Length: > 0, TaxBreakdown: { } breakdown })
        {
            throw Contradiction("the calculation has no id or no breakdown");
        }

        var currency = request.Currency;
        if (calculation.Currency != currency.Code)
        {
            throw Contradiction($"it was asked for {currency} and is in {calculation.Currency}");
        }

        var total = StripeMinorUnits.FromStripe(calculation.AmountTotal, currency);
        var onTop = StripeMinorUnits.FromStripe(calculation.TaxAmountExclusive, currency);
        var within = StripeMinorUnits.FromStripe(calculation.TaxAmountInclusive, currency);
        TaxComponent[] components = [.. breakdown.Select(part => Component(part, country, currency))];
        var tax = onTop + within;
        var sum = components.Aggregate(Money.Zero(currency), (all, one) => all + one.Amount);
        var asAsked = request.Behavior == TaxBehavior.Exclusive ? within.IsZero : onTop.IsZero;
        if (total != price + onTop || sum != tax || !asAsked || components.Any(one => one.Amount.Minor < 0))
        {
            throw Contradiction($"the price is {price}, the tax on top {onTop}, the tax within {within}, its parts {sum}, the total {total}");
        }

        return new TaxResult(total, tax, calculation.Id)
        {
            ExpiresAt = calculation.ExpiresAt is { } moment ? new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)) : null,
            Components = components,
        };
    }

    private static TaxComponent Component(CalculationTaxBreakdown part, string country, Currency currency)
    {
        var rate = part.TaxRateDetails;
        return new TaxComponent(
            Jurisdiction(rate?.Country ?? country, rate?.State),
            rate?.TaxType ?? "none",
            decimal.Parse(rate?.PercentageDecimal ?? "0", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
            StripeMinorUnits.FromStripe(part.TaxableAmount, currency),
            StripeMinorUnits.FromStripe(part.Amount, currency),
            part.TaxabilityReason ?? "unknown");
    }

    /// <summary>As the ledger names it: <c>de</c>, <c>us_ca</c>. Whatever else stands in a state's name becomes an underscore.</summary>
    private static string Jurisdiction(string country, string? state)
    {
        var text = string.IsNullOrEmpty(state) ? country : $"{country}_{state}";
        var code = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '_'));
        return code.Length <= 30 ? code : code[..30];
    }

    private static TaxRefusedException Contradiction(string what) =>
        new(TaxRefusals.Contradiction, $"Stripe's tax calculation cannot be right: {what}.", HoldReason.ProviderContradiction);
}
