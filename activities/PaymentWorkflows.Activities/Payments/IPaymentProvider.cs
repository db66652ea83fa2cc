using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// A payment provider, as the money activities see it. Each call is made once, without retries of its own; each answer is a verdict.
/// Adapters map every documented error in one place and never guess: what is not known is <see cref="MoneyVerdict.Unknown"/>.
/// </summary>
/// <exception cref="ProviderBusyException">The provider did nothing and says when to try again; thrown by every member.</exception>
public interface IPaymentProvider
{
    /// <summary>The adapter's name, such as <c>stripe</c>; part of accounts and rows.</summary>
    string Name { get; }

    /// <summary>How long after a send a look-up that finds nothing still proves nothing.</summary>
    TimeSpan SearchLag { get; }

    /// <summary>Creates and confirms a payment; the attempt key, transaction id, workflow id, merchant and order go into its metadata.</summary>
    /// <param name="request">What is to be paid and with which method.</param>
    /// <param name="payer">The person, when the method wants to know who pays; never kept.</param>
    /// <param name="idempotencyKey">The key that the provider sees.</param>
    /// <param name="cancellationToken">Ends the wait, not the payment.</param>
    Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request, KnownCustomer? payer, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Takes reserved money.</summary>
    Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Releases a reservation. <see cref="RefusalCause.State"/> when the payment is past that.</summary>
    Task<MoneyVerdict> CancelAsync(string paymentId, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Gives money back; the attempt key goes into the refund's metadata.</summary>
    Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a payment. Succeeded: authorized, captured or canceled; Declined: the last attempt was refused; Pending: customer or provider
    /// still at it; NotAttempted with <see cref="RefusalCause.Absent"/>: no such payment.
    /// </summary>
    Task<MoneyVerdict> ReadAsync(string paymentId, CancellationToken cancellationToken);

    /// <summary>Looks for the payment that an attempt made, by its key in the metadata; answers as <see cref="ReadAsync"/>.</summary>
    Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a refund. Succeeded and Pending with the refund's amounts; NotAttempted with <see cref="RefusalCause.State"/>: it failed or was
    /// canceled; with <see cref="RefusalCause.Absent"/>: no such refund; with <see cref="RefusalCause.Request"/> and the code
    /// <see cref="Contracts.Refunds.RefundCodes.NotTheProviders"/>: the text is no id of a refund here.
    /// </summary>
    Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken);

    /// <summary>Looks for the refund that an attempt made of this payment; answers with the refund's amounts and id.</summary>
    Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken);
}

/// <summary>A refund to be sent.</summary>
/// <param name="PaymentId">The provider's id of the payment.</param>
/// <param name="Amount">What goes back.</param>
/// <param name="Key">The attempt key, for the metadata.</param>
/// <param name="TransactionId">The id through all systems, for the metadata.</param>
/// <param name="WorkflowId">The workflow, for the metadata.</param>
public sealed record RefundOrder(string PaymentId, Money Amount, AttemptKey Key, TransactionId TransactionId, string WorkflowId)
{
    public RefundReason Reason { get; init; }

    /// <summary>The caller's own notes; ours come after them.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
