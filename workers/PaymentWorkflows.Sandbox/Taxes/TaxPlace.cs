namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>A country or state where the account collects tax.</summary>
/// <param name="Code">For example <c>DE</c> or <c>US-CA</c>.</param>
/// <param name="Name">As people read it.</param>
/// <param name="TaxType">One of the provider's tax types.</param>
/// <param name="Display">Name of the tax.</param>
/// <param name="Business">The type of tax number by which a business there owes the tax itself; null when there is none.</param>
/// <param name="Exempt">Categories that are not taxed there.</param>
internal sealed record TaxPlace(string Code, string Name, string TaxType, string Display, string? Business, IReadOnlyList<string> Exempt)
{
    public string Country => Code[..2];

    public string? State => Code.Length > 3 ? Code[3..] : null;
}

/// <summary>The rate of one line at one place.</summary>
/// <param name="Place">Null where the account collects nothing.</param>
/// <param name="Percentage">In percent.</param>
/// <param name="Reason">One of the provider's taxability reasons.</param>
internal sealed record TaxRate(TaxPlace? Place, decimal Percentage, string Reason);
