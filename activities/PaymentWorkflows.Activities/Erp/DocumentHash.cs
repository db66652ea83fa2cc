using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Erp;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// What a document number stands for: SHA-256 of what the document says. Its date is no part of it, for a saga that is run again may
/// date it anew.
/// </summary>
public static class DocumentHash
{
    public static string Of(ErpDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var content = new
        {
            document.Number,
            document.Kind,
            document.Merchant,
            document.Order,
            document.Customer,
            document.CheckoutId,
            document.TransactionId,
            document.Amount,
            document.Taxes,
            document.Lines,
            document.RefersTo,
            document.ProviderReference,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, PaymentWorkflowsJson.Options)));
    }
}
