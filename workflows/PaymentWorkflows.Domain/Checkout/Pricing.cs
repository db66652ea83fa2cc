namespace PaymentWorkflows.Domain.Checkout;

/// <summary>What a checkout costs, from its lines alone.</summary>
public static class Pricing
{
    /// <summary>The largest amount a checkout may have, in minor units: the eight digits that Stripe allows.</summary>
    public const long MaxMinor = 99_999_999;

    /// <summary>The sum of quantity times unit amount, before tax.</summary>
    /// <exception cref="PricingException">No lines, a quantity below 1, a negative price, or a sum outside 1 to <see cref="MaxMinor"/>.</exception>
    public static Money Price(IReadOnlyList<CheckoutLine> lines, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0)
        {
            throw new PricingException("lines", "A checkout needs at least one line.");
        }

        Int128 sum = 0;
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            if (line.Quantity < 1)
            {
                throw new PricingException($"lines[{index}].quantity", "A quantity is a whole number from 1.");
            }

            if (line.UnitAmount < 0)
            {
                throw new PricingException($"lines[{index}].unit_amount", "A unit amount is zero or more, in minor units.");
            }

            sum += (Int128)line.Quantity * line.UnitAmount;
        }

        return sum >= 1 && sum <= MaxMinor
            ? new Money((long)sum, currency)
            : throw new PricingException("lines", $"The lines add up to {sum} minor units; 1 to {MaxMinor} are allowed.");
    }

    /// <summary>
    /// The lines of a sale of which another amount than the whole was taken: they must add up to what was taken, and nobody knows which of
    /// the goods that was, so that one line says it.
    /// </summary>
    /// <param name="lines">What was ordered.</param>
    /// <param name="ordered">What all of it costs as <paramref name="taken"/> counts it: with tax where prices contain it, without where not.</param>
    /// <param name="taken">What was taken, counted the same way.</param>
    /// <param name="order">The merchant's order.</param>
    public static IReadOnlyList<CheckoutLine> LinesOf(IReadOnlyList<CheckoutLine> lines, Money ordered, Money taken, OrderId order) =>
        taken == ordered ? lines : [new CheckoutLine(order.Value, $"{taken} of {ordered}, order {order}", 1, taken.Minor, null)];
}
