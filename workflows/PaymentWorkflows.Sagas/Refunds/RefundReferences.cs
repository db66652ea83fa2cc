using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>What a refund's entries are called in the books, unique for ever.</summary>
internal static class RefundReferences
{
    /// <summary>The money went back, in this business attempt.</summary>
    public static string Issued(RefundId refund, int attempt) => $"{WorkflowIds.Refund(refund)}:refund:{attempt}";

    /// <summary>What this attempt gave back came back to us.</summary>
    public static string Returned(RefundId refund, int attempt) => $"{WorkflowIds.Refund(refund)}:return:{attempt}";

    /// <summary>The customer was paid another way.</summary>
    public static string PaidOutside(RefundId refund, int attempt) => $"{WorkflowIds.Refund(refund)}:paid_outside:{attempt}";
}
