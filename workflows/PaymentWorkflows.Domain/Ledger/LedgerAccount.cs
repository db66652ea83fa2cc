using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain.Ledger;

/// <summary>An account of the chart, by its code; accounts that exist per provider carry its name (<c>1010.stripe</c>).</summary>
[JsonConverter(typeof(ParsableJsonConverter<LedgerAccount>))]
public readonly record struct LedgerAccount : IParsable<LedgerAccount>
{
    private readonly string? code;

    private LedgerAccount(string code) => this.code = code;

    /// <summary>Our money at the bank.</summary>
    public static LedgerAccount Bank { get; } = new("1000");

    /// <summary>What is owed to customers: money that came too late, and refunds that failed after they had succeeded.</summary>
    public static LedgerAccount RefundsPayable { get; } = new("2300");

    /// <summary>Sales, as earned.</summary>
    public static LedgerAccount Revenue { get; } = new("4000");

    /// <summary>Money given back to customers (contra revenue).</summary>
    public static LedgerAccount Refunds { get; } = new("4900");

    /// <summary>What providers keep for processing.</summary>
    public static LedgerAccount ProcessingFees { get; } = new("6000");

    public string Code => code ?? throw new InvalidOperationException("No account: this value was never set.");

    /// <summary>The chart's number, without the provider.</summary>
    public string Number => Code[..4];

    /// <summary>What the account is called.</summary>
    public string Name => ChartOfAccounts.Names[Number];

    /// <summary>Tax collected for the authorities of one jurisdiction.</summary>
    public static LedgerAccount TaxPayable(string jurisdiction) => Parse($"2000.{jurisdiction}");

    /// <summary>What a provider owes us until it pays out.</summary>
    public static LedgerAccount ProviderClearing(string provider) => Parse($"1010.{provider}");

    /// <exception cref="FormatException">The number is not in the chart.</exception>
    public static LedgerAccount Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var account) ? account : throw new FormatException($"'{s}' is no account of the chart.");

    public static bool TryParse(string? s, IFormatProvider? provider, out LedgerAccount result)
    {
        var valid = s is { Length: >= 4 and <= 40 } && ChartOfAccounts.Names.ContainsKey(s[..4])
            && (s.Length == 4 || (s[4] == '.' && s.Length > 5 && s[5..].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')));
        result = valid ? new LedgerAccount(s!) : default;
        return valid;
    }

    public override string ToString() => Code;
}
