using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>
/// What makes two requests for one order the same purchase: everything but the ids, the deployment's policies and where the customer
/// returns to.
/// </summary>
public static class ContentHash
{
    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var content = new { input.Merchant, input.Order, input.Customer, input.Currency, input.Lines, input.Tax, input.TaxBehavior, input.Capture, input.PaymentMethod, Metadata = input.Metadata?.OrderBy(pair => pair.Key, StringComparer.Ordinal) };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, PaymentWorkflowsJson.Options)));
    }
}
