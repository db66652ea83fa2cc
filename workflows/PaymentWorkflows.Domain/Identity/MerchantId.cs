using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>Names the merchant that is paid. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<MerchantId>))]
public readonly record struct MerchantId : IParsable<MerchantId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 40;

    private const string Prefix = "";
    private readonly string? value;

    private MerchantId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No merchant: this value was never set.");

    /// <exception cref="FormatException">The text is no valid merchant.</exception>
    public static MerchantId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "merchant", $"at most {MaxLength} characters");

    public static bool TryParse(string? s, IFormatProvider? provider, out MerchantId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new MerchantId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
