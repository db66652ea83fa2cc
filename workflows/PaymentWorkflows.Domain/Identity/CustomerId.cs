using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>The merchant's own name for the customer; carries no personal data. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<CustomerId>))]
public readonly record struct CustomerId : IParsable<CustomerId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "";
    private readonly string? value;

    private CustomerId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No customer: this value was never set.");

    /// <exception cref="FormatException">The text is no valid customer.</exception>
    public static CustomerId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "customer", $"at most {MaxLength} characters");

    public static bool TryParse(string? s, IFormatProvider? provider, out CustomerId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new CustomerId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
