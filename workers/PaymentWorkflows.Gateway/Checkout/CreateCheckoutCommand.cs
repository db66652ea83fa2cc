using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>A create request that was found valid.</summary>
/// <param name="Input">The workflow's input, without ids, placement and policies.</param>
/// <param name="Amount">What the customer pays.</param>
/// <param name="Customer">Personal data, for its one table.</param>
/// <param name="Wait">How long the answer may wait.</param>
public sealed record CreateCheckoutCommand(CheckoutInput Input, Money Amount, CustomerDetails Customer, TimeSpan Wait);
