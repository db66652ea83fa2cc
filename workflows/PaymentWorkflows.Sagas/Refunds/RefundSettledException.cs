using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>
/// The row says that the refund has ended: by steps of a workflow task whose completion was lost. What they did counts, so the refund goes
/// on from the row.
/// </summary>
internal sealed class RefundSettledException(RefundStatus status) : Exception($"The refund had ended as {status} already.");
