namespace PaymentWorkflows.Domain.Tax;

/// <summary>The tax that one jurisdiction gets out of an amount; what the ledger books.</summary>
/// <param name="Jurisdiction">As in <see cref="TaxComponent"/>.</param>
/// <param name="Amount">Zero or more.</param>
public sealed record TaxShare(string Jurisdiction, Money Amount)
{
    /// <summary>The shares of a whole by jurisdiction, in their order; zero ones are left out.</summary>
    public static IReadOnlyList<TaxShare> Of(IReadOnlyList<TaxComponent> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        return [.. components.Where(one => one.Amount.Minor != 0).GroupBy(one => one.Jurisdiction, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new TaxShare(group.Key, group.Aggregate(Money.Zero(group.First().Amount.Currency), (sum, one) => sum + one.Amount)))];
    }

    /// <summary>
    /// The shares that belong to the part between two points of the whole: what is due at <paramref name="to"/> less what was due at
    /// <paramref name="from"/>, so that parts that add up to the whole give back exactly its tax, in whatever pieces they come.
    /// </summary>
    /// <param name="shares">The tax of the whole.</param>
    /// <param name="whole">The whole, tax included; above zero.</param>
    /// <param name="from">Where the part begins, 0 to the whole.</param>
    /// <param name="to">Where it ends.</param>
    public static IReadOnlyList<TaxShare> Between(IReadOnlyList<TaxShare> shares, Money whole, Money from, Money to)
    {
        ArgumentNullException.ThrowIfNull(shares);
        return [.. shares
            .Select(share => new TaxShare(share.Jurisdiction, UpTo(share.Amount, whole, to) - UpTo(share.Amount, whole, from)))
            .Where(share => share.Amount.Minor != 0)];
    }

    private static Money UpTo(Money tax, Money whole, Money point) => tax.Allocate([point.Minor, whole.Minor - point.Minor])[0];
}
