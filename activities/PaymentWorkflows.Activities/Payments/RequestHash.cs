using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// What an attempt key stands for: SHA-256 of the request without what may differ when the same step is run again - a person's evidence,
/// and for an undo the words of its reason and whether the payment's id was known yet. The order of metadata counts for nothing: what comes
/// from a row comes in the database's.
/// </summary>
public static class RequestHash
{
    public static string Of(MoneyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plain = request switch
        {
            UndoRequest undo => undo with { Evidence = null, PaymentId = null, Reason = "" },
            AuthorizeRequest authorize => authorize with { Evidence = null, Metadata = InOrder(authorize.Metadata) },
            RefundRequest refund => refund with { Evidence = null, Metadata = InOrder(refund.Metadata) },
            _ => request with { Evidence = null },
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plain, plain.GetType(), PaymentWorkflowsJson.Options)));
    }

    private static SortedDictionary<string, string>? InOrder(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null ? null : new(metadata.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}
