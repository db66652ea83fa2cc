using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Notices;

/// <summary>A notice that this process is to deliver now.</summary>
public sealed record TakenNotice
{
    /// <summary>Its row.</summary>
    public required long Row { get; init; }

    /// <summary>The dispatcher's hold on the checkout's notices.</summary>
    public required Guid Claim { get; init; }

    /// <summary>The same in every delivery: <c>evt_...</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>What it tells of: the checkout's id, or that of something that belongs to it.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Its place among the notices of its checkout, from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>Such as <c>checkout.completed</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The subject's state as the fact left it: JSON as rows keep it.</summary>
    public required string Payload { get; init; }

    /// <summary>When the fact happened (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is to be delivered (UTC): its making, or the last replay.</summary>
    public required DateTimeOffset DueSince { get; init; }

    /// <summary>How often it was sent since then.</summary>
    public required int Attempts { get; init; }

    /// <summary>The W3C trace context of the fact; null when it was in no trace.</summary>
    public required string? TraceParent { get; init; }

    /// <summary>The checkout it is told in the order of.</summary>
    public required CheckoutId CheckoutId { get; init; }

    public required string WorkflowId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>The checkout's row as it is now; read when it is needed, so that a row that cannot be read is the trouble of its own notices alone.</summary>
    public required Lazy<StoredCheckout> Checkout { get; init; }
}

/// <summary>A notice for people.</summary>
public sealed record NoticeLine
{
    /// <summary>The event's id, <c>evt_...</c>.</summary>
    public required string Id { get; init; }

    public required string Type { get; init; }
    public required string Merchant { get; init; }
    public required string Checkout { get; init; }
    public required string TransactionId { get; init; }
    public required int Sequence { get; init; }
    public required NoticeState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it was sent since its making or the last replay.</summary>
    public required int Attempts { get; init; }

    public required int Replays { get; init; }

    /// <summary>When it is sent next; null when it is on its way, waits for an earlier one, or is not to be sent.</summary>
    public required DateTimeOffset? NextDue { get; init; }

    public required DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The HTTP status of the last answer.</summary>
    public required int? LastStatus { get; init; }

    public required string? LastError { get; init; }
    public required DateTimeOffset? DeliveredAt { get; init; }
    public required DateTimeOffset? GaveUpAt { get; init; }
}
