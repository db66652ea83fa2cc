using PaymentWorkflows.Domain;
using Temporalio.Common;

namespace PaymentWorkflows.Contracts;

/// <summary>
/// What goes first when task queues are backed up, and the share of each merchant: within one priority the server serves merchants in
/// turn. A workflow's steps and children inherit it. 1 is the highest and 5 the lowest priority (docs.temporal.io, task queue priority
/// and fairness).
/// </summary>
public static class Priorities
{
    /// <summary>A customer waits.</summary>
    public static Priority Checkout(MerchantId merchant) => new(1, merchant.Value, null);

    /// <summary>Somebody waits, but not at a till.</summary>
    /// <param name="merchant">Whose share it is; null when the caller does not know.</param>
    public static Priority Refund(MerchantId? merchant) => new(3, merchant?.Value, null);
}
