using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>The refunds' rows, and what they reserve of their checkouts. All writes are transactions of their own.</summary>
public interface IRefundStore
{
    /// <summary>
    /// Reserves a refund's amount and writes its row, in one transaction that holds the checkout's row: whatever comes at once, what is
    /// refunded, on its way and reserved never exceeds what was captured. With the caller's idempotency key when there is one; a key stays
    /// ours to complete after <see cref="CreateRefundOutcome.Refused"/> and <see cref="CreateRefundOutcome.NoCheckout"/>.
    /// </summary>
    Task<CreateRefundOutcome> CreateAsync(NewRefund refund, IdempotencyClaim? claim, CancellationToken cancellationToken);

    /// <summary>The refund, or null.</summary>
    Task<StoredRefund?> FindAsync(RefundId id, CancellationToken cancellationToken);

    /// <summary>The refund that the provider's refund belongs to, or null.</summary>
    Task<StoredRefund?> FindByProviderAsync(string providerRefundId, CancellationToken cancellationToken);

    /// <summary>A page, newest first.</summary>
    Task<RefundPage> ListAsync(RefundQuery query, CancellationToken cancellationToken);

    /// <summary>How the refunds of a checkout stand; null when there is no such checkout.</summary>
    Task<RefundTotals?> TotalsAsync(CheckoutId checkout, CancellationToken cancellationToken);

    /// <summary>Notes that the refund's workflow has started.</summary>
    Task MarkStartedAsync(RefundId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Refunds whose row was written before <paramref name="before"/> and whose workflow nobody has seen start; each is handed to one caller
    /// at a time for the length of the lease.
    /// </summary>
    Task<IReadOnlyList<StoredRefund>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// In one transaction, unless the row's revision is newer: the row's view, what its checkout has given back and reserved, the ledger
    /// entries (each once for its reference), the outbox row, and a NOTIFY on <c>refund_outcome</c> with the refund's id. Gives what the row
    /// holds afterwards.
    /// </summary>
    /// <exception cref="LedgerConflictException">A reference exists with other postings.</exception>
    Task<RefundRecorded> RecordAsync(RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken);
}
