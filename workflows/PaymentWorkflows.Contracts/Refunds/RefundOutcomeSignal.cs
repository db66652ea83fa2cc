using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>How a refund stands that a checkout waits for.</summary>
/// <param name="RefundId">The refund.</param>
/// <param name="View">Its state, as its row has it.</param>
public sealed record RefundOutcomeSignal(RefundId RefundId, RefundView View);
