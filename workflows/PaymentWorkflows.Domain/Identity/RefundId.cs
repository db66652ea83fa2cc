using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain;

/// <summary>Names one refund. <c>default</c> is no id: every use of it throws.</summary>
[JsonConverter(typeof(ParsableJsonConverter<RefundId>))]
public readonly record struct RefundId : IParsable<RefundId>
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "ref_";
    private readonly string? value;

    private RefundId(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No refund id: this value was never set.");

    /// <exception cref="FormatException">The text is no valid refund id.</exception>
    public static RefundId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw Identifier.Invalid(s, "refund id", $"at most {MaxLength} characters after 'ref_'");

    public static bool TryParse(string? s, IFormatProvider? provider, out RefundId result)
    {
        var valid = Identifier.IsValid(s, MaxLength, Prefix);
        result = valid ? new RefundId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
