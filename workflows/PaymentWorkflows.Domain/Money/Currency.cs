using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>
/// An active ISO 4217 currency, by its lower-case code. <c>default</c> is no currency: every use of it throws.
/// Providers count minor units differently; their tables live in their adapters.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<Currency>))]
public readonly record struct Currency : IParsable<Currency>
{
    private readonly string? code;

    private Currency(string code) => this.code = code;

    /// <summary>The lower-case three-letter code.</summary>
    public string Code => code ?? throw new InvalidOperationException("No currency: this value was never set.");

    /// <summary>How many decimal digits the minor unit has by ISO 4217 (EUR 2, JPY 0, KWD 3).</summary>
    public int MinorDigits => Iso4217.MinorDigits[Code];

    /// <summary>Reads a code in any case.</summary>
    /// <exception cref="FormatException">The text is no active ISO 4217 code.</exception>
    public static Currency Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var currency)
            ? currency
            : throw new FormatException($"'{s}' is no active ISO 4217 currency code, such as eur or usd.");

    public static bool TryParse(string? s, IFormatProvider? provider, out Currency result)
    {
        result = default;
        if (s is not { Length: 3 })
        {
            return false;
        }

        var lower = s.ToLowerInvariant();
        if (!Iso4217.MinorDigits.ContainsKey(lower))
        {
            return false;
        }

        result = new Currency(lower);
        return true;
    }

    public override string ToString() => Code;
}
