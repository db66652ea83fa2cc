using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Postgres.Checkouts;

namespace PaymentWorkflows.Postgres.Notices;

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.

/// <summary>The columns that a notice is delivered from: its own, and its checkout's.</summary>
internal sealed record TakenRow(
    long row_id, string event_id, string subject_id, int sequence, string type, string payload, DateTime told_at, DateTime due_since, int attempts, string? traceparent,
    string merchant, string workflow_id, string id, string transaction_id, int attempt, string content_hash, string input, string view, DateTime created_at, DateTime? started_at)
{
    public const string Columns = """
        told.id AS row_id, told.event_id, told.subject_id, told.sequence, told.type, told.payload::text AS payload, told.created_at AS told_at, told.due_since,
            told.attempts, told.traceparent, told.merchant,
            kept.workflow_id, kept.id, kept.transaction_id, kept.attempt, kept.content_hash, kept.input::text AS input, kept.view::text AS view, kept.created_at, kept.started_at
        """;

    public TakenNotice ToNotice(Guid claim) => new()
    {
        Row = row_id,
        Claim = claim,
        EventId = event_id,
        SubjectId = subject_id,
        Sequence = sequence,
        Type = type,
        Payload = payload,
        CreatedAt = told_at,
        DueSince = due_since,
        Attempts = attempts,
        TraceParent = traceparent,
        CheckoutId = CheckoutId.Parse(id),
        WorkflowId = workflow_id,
        Merchant = MerchantId.Parse(merchant),
        TransactionId = TransactionId.Parse(transaction_id),
        Checkout = new Lazy<StoredCheckout>(() => new CheckoutRow(id, transaction_id, attempt, content_hash, input, view, created_at, started_at, accepted_trace: null).ToCheckout()),
    };
}

/// <summary>The columns that people see of a notice.</summary>
internal sealed record ListedRow(
    string event_id, string type, string merchant, string checkout_id, string transaction_id, int sequence, DateTime created_at, int attempts, int replays,
    DateTime? next_due, DateTime? last_attempt_at, int? last_status, string? last_error, DateTime? delivered_at, DateTime? gave_up_at)
{
    public const string Columns = """
        told.event_id, told.type, told.merchant, told.checkout_id, told.transaction_id, told.sequence, told.created_at, told.attempts, told.replays,
            CASE WHEN queue.claim IS NULL THEN queue.due_at END AS next_due, told.last_attempt_at, told.last_status, told.last_error, told.delivered_at, told.gave_up_at
        """;

    public NoticeLine ToLine() => new()
    {
        Id = event_id,
        Type = type,
        Merchant = merchant,
        Checkout = checkout_id,
        TransactionId = transaction_id,
        Sequence = sequence,
        State = delivered_at is not null ? NoticeState.Delivered : gave_up_at is not null ? NoticeState.GivenUp : NoticeState.Due,
        CreatedAt = created_at,
        Attempts = attempts,
        Replays = replays,
        NextDue = next_due,
        LastAttemptAt = last_attempt_at,
        LastStatus = last_status,
        LastError = last_error,
        DeliveredAt = delivered_at,
        GaveUpAt = gave_up_at,
    };
}
