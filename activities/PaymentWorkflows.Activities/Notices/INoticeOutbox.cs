using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Notices;

/// <summary>
/// The notices to the merchants' backends, written in the transaction of the fact they tell of. A checkout's notices are handed out one
/// by one in their order: the next one only when the one before is delivered or given up.
/// </summary>
public interface INoticeOutbox
{
    /// <summary>
    /// Hands out due notices, at most one per checkout, to one dispatcher at a time for the length of the lease; the longest due first.
    /// </summary>
    /// <param name="free">How many to hand out at most, per merchant; other merchants' notices rest.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="lease">After this the notices of a dispatcher that fell silent are handed out again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<TakenNotice>> TakeAsync(IReadOnlyDictionary<MerchantId, int> free, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The backend has it. True whoever has the notice by now.</summary>
    Task DeliveredAsync(TakenNotice notice, int status, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The backend did not take it. Nothing happens when the notice was handed to another dispatcher meanwhile.</summary>
    /// <param name="notice">What was sent.</param>
    /// <param name="failure">What came instead.</param>
    /// <param name="next">When to send it again; null gives it up, and the next of the checkout is due.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task FailedAsync(TakenNotice notice, NoticeFailure failure, DateTimeOffset? next, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notices for people, the newest first.</summary>
    Task<IReadOnlyList<NoticeLine>> ListAsync(NoticeQuery query, CancellationToken cancellationToken);

    /// <summary>Makes notices due again, with the same event ids, and notes who did it in the audit trail. Gives the ids; none when there is no such notice.</summary>
    Task<IReadOnlyList<string>> ReplayAsync(NoticeSelection selection, string actor, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>Why a delivery failed.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Error">What happened, without anything of the answer's body.</param>
public sealed record NoticeFailure(int? Status, string Error);

/// <summary>Which notices are meant. Closed.</summary>
public abstract record NoticeSelection
{
    private NoticeSelection()
    {
    }

    /// <param name="EventId">The id of one notice, <c>evt_...</c>.</param>
    public sealed record One(string EventId) : NoticeSelection;

    /// <param name="Checkout">All of one checkout.</param>
    public sealed record OfCheckout(CheckoutId Checkout) : NoticeSelection;
}

/// <summary>What a list of notices is asked for; null does not filter.</summary>
public sealed record NoticeQuery(CheckoutId? Checkout, NoticeState? State, int Limit);

/// <summary>Where a notice stands.</summary>
public enum NoticeState
{
    /// <summary>To be delivered: now, after a pause, or after an earlier one of its checkout.</summary>
    Due,

    /// <summary>The backend answered 2xx.</summary>
    Delivered,

    /// <summary>Tried for as long as is tried; only a replay sends it again.</summary>
    GivenUp,
}
