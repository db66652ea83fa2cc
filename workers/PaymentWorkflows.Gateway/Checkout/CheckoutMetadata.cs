using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>The caller's notes. The provider allows 50 keys; ten are ours.</summary>
public static class CheckoutMetadata
{
    private const int MaxKeys = 40;
    private const int MaxKeyLength = 40;
    private const int MaxValueLength = 500;

    // What this product writes to the provider's object itself: a caller's value would be lost, or mislead a look-up.
    private static readonly string[] Reserved =
        ["transaction_id", "order", "merchant", "workflow_id", "checkout", "checkout_id", "attempt", "attempt_key", "payment_flow"];

    /// <exception cref="ApiException">400 with the path of the key.</exception>
    public static IReadOnlyDictionary<string, string>? Read(JsonFields body)
    {
        if (body.OptionalNested("metadata") is not { } fields)
        {
            return null;
        }

        var names = fields.Names;
        if (names.Count > MaxKeys)
        {
            throw Invalid("metadata", $"'metadata' may have at most {MaxKeys} keys.");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (name.Length is 0 or > MaxKeyLength || name.AsSpan().ContainsAny('[', ']'))
            {
                throw Invalid("metadata", $"A metadata key is 1 to {MaxKeyLength} characters long, without square brackets.");
            }

            if (Reserved.Contains(name, StringComparer.Ordinal))
            {
                throw Invalid(fields.At(name), $"'{name}' is written by this API itself; use another key.");
            }

            var value = fields.AnyText(name);
            metadata.Add(name, value.Length <= MaxValueLength ? value : throw Invalid(fields.At(name), $"A metadata value is at most {MaxValueLength} characters long."));
        }

        return metadata;
    }

    private static ApiException Invalid(string param, string message) => ApiErrors.Invalid("metadata_invalid", message, param);
}
