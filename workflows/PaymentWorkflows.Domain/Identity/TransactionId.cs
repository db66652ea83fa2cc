using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>The one id that goes from the caller's request to the bank line. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<TransactionId>))]
public readonly record struct TransactionId : IParsable<TransactionId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "txn_";
    private readonly string? value;

    private TransactionId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No transaction id: this value was never set.");

    /// <exception cref="FormatException">The text is no valid transaction id.</exception>
    public static TransactionId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "transaction id", $"at most {MaxLength} characters after 'txn_'");

    public static bool TryParse(string? s, IFormatProvider? provider, out TransactionId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new TransactionId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
