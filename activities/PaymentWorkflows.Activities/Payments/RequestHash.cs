using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// What an attempt key stands for: SHA-256 of the request without what may differ when the same step is run again - a person's evidence,
/// what an event named, and for an undo the words of its reason and whether the payment's id was known yet. The order of metadata counts for nothing: what comes
/// from a row comes in the database's.
/// </summary>
public static class RequestHash
{
    public static string Of(MoneyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var own = request with { Evidence = null, SeenPaymentId = null };
        var plain = own switch
        {
            UndoRequest undo => undo with { PaymentId = null, Reason = "" },
            AuthorizeRequest authorize => authorize with { Metadata = InOrder(authorize.Metadata) },
            RefundRequest refund => refund with { Metadata = InOrder(refund.Metadata) },
            _ => own,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plain, plain.GetType(), PaymentWorkflowsJson.Options)));
    }

    private static SortedDictionary<string, string>? InOrder(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null ? null : new(metadata.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}
