using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// What an attempt key stands for: SHA-256 of the request without what may differ when the same step is run again - a person's evidence,
/// and for an undo the words of its reason and whether the payment's id was known yet.
/// </summary>
public static class RequestHash
{
    public static string Of(MoneyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        MoneyRequest plain = request is UndoRequest undo
            ? undo with { Evidence = null, PaymentId = null, Reason = "" }
            : request with { Evidence = null };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plain, plain.GetType(), PaymentWorkflowsJson.Options)));
    }
}
