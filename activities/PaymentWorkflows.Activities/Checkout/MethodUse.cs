using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>Reads from a checkout what its payment method is asked to do, for <see cref="PaymentMethodRules"/>.</summary>
public static class MethodUse
{
    /// <param name="input">The purchase.</param>
    /// <param name="amount">What the customer pays.</param>
    /// <param name="customer">The person's data, where they are known.</param>
    public static PaymentMethodUse Of(CheckoutInput input, Money amount, CustomerDetails? customer)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PaymentMethodUse
        {
            Type = input.PaymentMethod.Type,
            Amount = amount,
            Country = input.Region ?? customer?.Country,
            Capture = input.Capture,
            Fields = [.. RequestFields.All.Where(field => Value(input, customer, field) is not null)],
        };
    }

    private static string? Value(CheckoutInput input, CustomerDetails? customer, string field) => field switch
    {
        RequestFields.Token => input.PaymentMethod.Token,
        RequestFields.Code => input.PaymentMethod.Code,
        RequestFields.ReturnUrl => input.ReturnUrl,
        RequestFields.CustomerCountry => input.Region ?? customer?.Country,
        _ => customer?.Field(field),
    };
}
