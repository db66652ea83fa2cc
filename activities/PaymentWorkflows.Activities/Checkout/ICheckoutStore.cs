using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>The checkouts' rows. All writes are transactions of their own.</summary>
public interface ICheckoutStore
{
    /// <summary>
    /// Writes the next business attempt of an order, with its customer's data and the caller's idempotency key, in one transaction - unless
    /// the order is being or has been paid, the checkout's id is known, or the key has been used. Orders are locked one by one, so two callers never get two rows.
    /// </summary>
    Task<CreateCheckoutOutcome> CreateAsync(NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken);

    /// <summary>The checkout, or null.</summary>
    Task<StoredCheckout?> FindAsync(CheckoutId id, CancellationToken cancellationToken);

    /// <summary>A page, newest first.</summary>
    Task<CheckoutPage> ListAsync(CheckoutQuery query, CancellationToken cancellationToken);

    /// <summary>Notes that the checkout's workflow has started, unless that is noted, and gives the checkout; null when there is none.</summary>
    Task<StoredCheckout?> MarkStartedAsync(CheckoutId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Checkouts whose row was written before <paramref name="before"/> and whose workflow nobody has seen start; each is handed to one
    /// caller at a time for the length of the lease.
    /// </summary>
    Task<IReadOnlyList<StoredCheckout>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// In one transaction: the row's view (unless the row's revision is newer), the ledger entries (each once for its reference), the
    /// outbox row, and a NOTIFY on <c>checkout_outcome</c> with the checkout's id. Concurrent calls are written together in set-based
    /// batches. Gives what the row holds afterwards.
    /// </summary>
    /// <exception cref="LedgerConflictException">A reference exists with other postings.</exception>
    Task<CheckoutRecorded> RecordAsync(CheckoutRecord record, IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds an audit line; a line with a known reference is not written twice.</summary>
    Task AuditAsync(AuditLine line, DateTimeOffset now, CancellationToken cancellationToken);
}
