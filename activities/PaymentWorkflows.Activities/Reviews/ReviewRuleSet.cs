using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Reviews;

namespace PaymentWorkflows.Activities.Reviews;

/// <summary>The deployment's review rules; none is a deployment where no payment waits for a person by rule.</summary>
public sealed record ReviewRuleSet(IReadOnlyList<ReviewRule> Rules)
{
    public static ReviewRuleSet None { get; } = new([]);

    /// <summary>Whether a rule may apply to a checkout that is about to begin.</summary>
    public bool MayApply(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Rules.Count == 0)
        {
            return false;
        }

        Money price;
        try
        {
            price = Pricing.Price(input.Lines, input.Currency);
        }
        catch (PricingException)
        {
            // Refused for that when it begins.
            return false;
        }

        var taxOnTop = input is { Tax: TaxMode.Automatic, TaxBehavior: TaxBehavior.Exclusive };
        return Rules.Any(rule => ReviewRules.MayApply(rule, price, taxOnTop, input.PaymentMethod.Type, input.Region));
    }
}
