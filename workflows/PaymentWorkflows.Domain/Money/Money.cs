using System.Globalization;
using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain;

/// <summary>
/// An amount of one currency in ISO 4217 minor units (cents). Arithmetic is checked and never mixes currencies; there is no
/// division, only <see cref="Allocate"/>, so that no cent appears or disappears.
/// </summary>
/// <param name="Minor">Minor units; may be negative.</param>
/// <param name="Currency">The currency.</param>
public readonly record struct Money(long Minor, Currency Currency) : IComparable<Money>
{
    /// <summary>Nothing, in this currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    [JsonIgnore]
    public bool IsZero => Minor == 0;

    public static Money operator +(Money left, Money right) => Add(left, right);

    public static Money operator -(Money left, Money right) => Subtract(left, right);

    public static Money operator -(Money amount) => Negate(amount);

    public static Money operator *(Money amount, int factor) => Multiply(amount, factor);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public static Money Add(Money left, Money right) => new(checked(left.Minor + Same(left, right).Minor), left.Currency);

    /// <inheritdoc cref="Add"/>
    public static Money Subtract(Money left, Money right) => new(checked(left.Minor - Same(left, right).Minor), left.Currency);

    /// <exception cref="OverflowException">The result does not fit 64 bits.</exception>
    public static Money Negate(Money amount) => new(checked(-amount.Minor), amount.Currency);

    /// <inheritdoc cref="Negate"/>
    public static Money Multiply(Money amount, int factor) => new(checked(amount.Minor * factor), amount.Currency);

    /// <summary>
    /// Splits the amount in proportion to the weights by largest remainder: the parts add up to the whole exactly, each is within one
    /// minor unit of its exact share, and equal remainders go to the earlier part.
    /// </summary>
    /// <exception cref="ArgumentException">A weight is negative, or all are zero.</exception>
    public IReadOnlyList<Money> Allocate(IReadOnlyList<long> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || weights.Any(weight => weight < 0) || weights.All(weight => weight == 0))
        {
            throw new ArgumentException("Weights must be zero or more, and one of them more than zero.", nameof(weights));
        }

        var currency = Currency;
        Int128 total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var sign = Minor < 0 ? -1 : 1;
        var whole = Int128.Abs(Minor);
        var parts = weights.Select(weight => (Share: whole * weight / total, Remainder: whole * weight % total)).ToArray();
        var left = (int)(whole - parts.Aggregate((Int128)0, (sum, part) => sum + part.Share));
        var takesOneMore = parts.Select((part, index) => (part.Remainder, index))
            .OrderByDescending(part => part.Remainder).ThenBy(part => part.index)
            .Take(left).Select(part => part.index).ToHashSet();
        return [.. parts.Select((part, index) =>
            new Money(checked((long)(sign * (part.Share + (takesOneMore.Contains(index) ? 1 : 0)))), currency))];
    }

    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    public int CompareTo(Money other) => Minor.CompareTo(Same(this, other).Minor);

    /// <summary>For people: <c>EUR 120.50</c>, with the currency's own digits.</summary>
    public override string ToString()
    {
        var digits = Currency.MinorDigits;
        var text = Int128.Abs(Minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        var number = digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}";
        return $"{Currency.Code.ToUpperInvariant()} {(Minor < 0 ? "-" : "")}{number}";
    }

    private static Money Same(Money left, Money right) =>
        left.Currency == right.Currency ? right : throw new CurrencyMismatchException(left.Currency, right.Currency);
}
