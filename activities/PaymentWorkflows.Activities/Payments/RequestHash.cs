using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>What an attempt key stands for: SHA-256 of the request without the evidence a person may add later.</summary>
public static class RequestHash
{
    public static string Of(MoneyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plain = request with { Evidence = null };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plain, plain.GetType(), PaymentWorkflowsJson.Options)));
    }
}
