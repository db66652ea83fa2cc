namespace PaymentWorkflows.Domain.Checkout;

/// <summary>The lines of a checkout cannot be priced.</summary>
/// <param name="field">Path of the field in the request, such as <c>lines[0].quantity</c>.</param>
/// <param name="message">What is wrong and what is allowed.</param>
public sealed class PricingException(string field, string message) : ArgumentException(message)
{
    public string Field { get; } = field;
}
