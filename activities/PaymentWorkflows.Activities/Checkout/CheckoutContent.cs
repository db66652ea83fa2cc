using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>
/// What names a purchase: who is paid by whom, for what, how much, with which payment method and how it is captured. The return address
/// and the caller's notes are no part of it.
/// </summary>
public static class CheckoutContent
{
    /// <summary>SHA-256 (lower-case hex) over the content; equal for every way of writing the same purchase.</summary>
    public static string Hash(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                input.Merchant,
                input.Order,
                input.Customer,
                input.Currency,
                input.Lines,
                input.Tax,
                input.TaxBehavior,
                input.Capture,
                input.PaymentMethod,
            },
            PaymentWorkflowsJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
