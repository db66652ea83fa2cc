namespace PaymentWorkflows.Domain.Tax;

/// <summary>One tax of one jurisdiction on a checkout.</summary>
/// <param name="Jurisdiction">Country, or country and state, as the ledger names it: lower-case letters, digits and underscores, such as <c>de</c> or <c>us_ca</c>.</param>
/// <param name="Type">The kind of tax: <c>vat</c>, <c>gst</c>, <c>sales_tax</c> and so on.</param>
/// <param name="Rate">Percent as a decimal; 0 for zero-rated and reverse charge.</param>
/// <param name="Taxable">What it is computed on.</param>
/// <param name="Amount">The tax.</param>
/// <param name="Reason">Why this rate: <c>standard_rated</c>, <c>reverse_charge</c>, <c>zero_rated</c> and so on, as the engine names it.</param>
public sealed record TaxComponent(string Jurisdiction, string Type, decimal Rate, Money Taxable, Money Amount, string Reason);
