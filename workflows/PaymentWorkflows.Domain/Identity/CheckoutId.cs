using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>Names one checkout: one business attempt to pay an order. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<CheckoutId>))]
public readonly record struct CheckoutId : IParsable<CheckoutId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "chk_";
    private readonly string? value;

    private CheckoutId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No checkout id: this value was never set.");

    /// <exception cref="FormatException">The text is no valid checkout id.</exception>
    public static CheckoutId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "checkout id", $"at most {MaxLength} characters after 'chk_'");

    public static bool TryParse(string? s, IFormatProvider? provider, out CheckoutId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new CheckoutId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
