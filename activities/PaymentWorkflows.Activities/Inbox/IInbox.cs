using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Inbox;

/// <summary>Webhooks as they came, durable before they are acknowledged, de-duplicated by account and event id.</summary>
public interface IInbox
{
    /// <summary>
    /// Keeps an event; concurrent calls share one commit. Returns false for one that is known. When it throws, nothing may be acknowledged.
    /// </summary>
    Task<bool> StoreAsync(InboxEvent received, CancellationToken cancellationToken);

    /// <summary>Hands out unprocessed events, oldest first, to one dispatcher at a time for the length of the lease.</summary>
    Task<IReadOnlyList<InboxEvent>> TakeAsync(int limit, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Closes an event: <c>signaled</c>, <c>ignored</c> (nothing waits for it) or <c>parked</c> with the reason.</summary>
    Task CompleteAsync(InboxEvent received, InboxOutcome outcome, string? detail, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Leaves an event for another try at a later time.</summary>
    Task PostponeAsync(InboxEvent received, DateTimeOffset until, string detail, CancellationToken cancellationToken);
}

/// <summary>A webhook event.</summary>
/// <param name="Account">The provider account of the address it came to.</param>
/// <param name="EventId">The provider's id.</param>
/// <param name="Type">The provider's type.</param>
/// <param name="Body">The raw bytes.</param>
/// <param name="Signature">The signature header as it came.</param>
/// <param name="ReceivedAt">When (UTC).</param>
/// <param name="Tries">How often it was taken before.</param>
/// <param name="TransactionId">The id through all systems, from the object's metadata; null when it is not ours.</param>
public sealed record InboxEvent(
    string Account, string EventId, string Type, ReadOnlyMemory<byte> Body, string Signature, DateTimeOffset ReceivedAt, int Tries = 0, TransactionId? TransactionId = null)
{
    /// <summary>The trace of the request that brought it (W3C <c>traceparent</c>); null outside of a trace.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The trace of the purchase it is about, where one is known: what the event sets off goes on in it.</summary>
    public string? PurchaseTrace { get; init; }

    /// <summary>Why nothing waits for it: it is kept, and closed in the same write. Null for one that somebody has to look at.</summary>
    public string? NotNeeded { get; init; }

    /// <summary>The checkout's own call made the event: while that is being paid, the event first comes up when it has rested.</summary>
    public EventPause? Rest { get; init; }
}

/// <summary>Until when (UTC) an event rests while the checkout that it is about is being paid.</summary>
public sealed record EventPause(CheckoutId Checkout, DateTimeOffset Until);

/// <summary>How an event ended.</summary>
public enum InboxOutcome
{
    Signaled,
    Ignored,
    Parked,
}
