using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Json;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// The idempotency key of one business attempt: <c>workflow id : step : attempt</c>, with <c>:undo</c> for a compensation. It is the same
/// for every retry, every run and every process; a deliberate new attempt has another number.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<AttemptKey>))]
public readonly record struct AttemptKey : IParsable<AttemptKey>
{
    /// <summary>Stripe allows 255 characters; the rest is for the send number that the attempts table may add.</summary>
    public const int MaxLength = 240;

    private readonly string? value;

    private AttemptKey(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("No attempt key: this value was never set.");

    /// <summary>The key of a step.</summary>
    public static AttemptKey Of(string workflowId, string step, int attempt) => Parse($"{workflowId}:{step}:{attempt}");

    /// <summary>The key of what takes this step back.</summary>
    public AttemptKey Undo() => Parse(Value + ":undo");

    /// <exception cref="FormatException">Empty, or longer than <see cref="MaxLength"/>.</exception>
    public static AttemptKey Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var key) ? key : throw new FormatException($"'{s}' is no attempt key: 1 to {MaxLength} characters are allowed.");

    public static bool TryParse(string? s, IFormatProvider? provider, out AttemptKey result)
    {
        var valid = s is { Length: > 0 and <= MaxLength };
        result = valid ? new AttemptKey(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
