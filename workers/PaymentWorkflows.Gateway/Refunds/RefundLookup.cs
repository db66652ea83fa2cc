using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>What the routes of one refund have in common.</summary>
internal static class RefundLookup
{
    /// <summary>The refund; from here on the request is about it.</summary>
    /// <exception cref="ApiException">404.</exception>
    internal static async Task<StoredRefund> FindAsync(IRefundStore store, HttpContext http, string id)
    {
        var refund = RefundId.TryParse(id, null, out var parsed) ? await store.FindAsync(parsed, http.RequestAborted) : null;
        CallContext.Of(http).IsAbout((refund ?? throw ApiErrors.NoSuchRefund()).TransactionId, refund.WorkflowId);
        return refund;
    }
}
