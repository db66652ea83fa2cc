namespace PaymentWorkflows.Domain.Checkout;

/// <summary>One line of what is bought.</summary>
/// <param name="Sku">The merchant's article number.</param>
/// <param name="Description">For people.</param>
/// <param name="Quantity">At least 1.</param>
/// <param name="UnitAmount">Price of one, in minor units of the checkout's currency.</param>
/// <param name="TaxCode">The tax engine's product code, if any.</param>
public sealed record CheckoutLine(string Sku, string Description, int Quantity, long UnitAmount, string? TaxCode);
