using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>The merchant's own name for what is paid; unique within the merchant. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<OrderId>))]
public readonly record struct OrderId : IParsable<OrderId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 100;

    private const string Prefix = "";
    private readonly string? value;

    private OrderId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No order: this value was never set.");

    /// <exception cref="FormatException">The text is no valid order.</exception>
    public static OrderId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "order", $"at most {MaxLength} characters");

    public static bool TryParse(string? s, IFormatProvider? provider, out OrderId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new OrderId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
