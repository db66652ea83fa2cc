using PaymentWorkflows.Domain.Payments;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>The steps that keep a refund's row, its reservation, its books and its notices.</summary>
public interface IRefundActivities
{
    /// <summary>
    /// Finds the refund's row, or reserves its amount and writes it. Fails with <see cref="ErrorTypes.InvalidRefund"/> when it cannot be
    /// made.
    /// </summary>
    [Activity("begin_refund")]
    Task<RefundStart> BeginAsync(RefundInput input);

    /// <summary>Writes a step forward in one transaction, tells whoever waits for the answer, and says what the row holds afterwards.</summary>
    [Activity("record_refund")]
    Task<RefundRecorded> RecordAsync(RefundRecord record);

    /// <summary>How the refunds of a checkout stand.</summary>
    [Activity("read_refund_totals")]
    Task<RefundTotals> TotalsAsync(RefundTotalsRequest request);

    /// <summary>
    /// Checks a person's evidence with the provider. Succeeded: the provider's refund is over this amount of this payment and belongs to no
    /// other refund; NotAttempted with <see cref="RefundCodes.NotTheProviders"/>: it is no refund of the provider's; anything else does not count.
    /// </summary>
    [Activity("check_refund_evidence")]
    Task<MoneyVerdict> CheckEvidenceAsync(RefundEvidence evidence);
}
