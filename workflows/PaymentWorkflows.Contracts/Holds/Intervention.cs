namespace PaymentWorkflows.Contracts.Holds;

/// <summary>What a person tells a held saga, from the Web UI, the <c>temporal</c> CLI or <c>pay</c>.</summary>
public sealed record Intervention
{
    /// <summary>
    /// The act, by its snake_case name: <c>approve</c>, <c>reject</c>, <c>retry</c>, <c>retry_with_change</c>, <c>compensate</c>, <c>mark_succeeded</c>,
    /// <c>skip</c>, <c>extend_deadline</c>; a hold names those it allows.
    /// </summary>
    public string? Action { get; init; }

    /// <summary>Who decides.</summary>
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Which hold, where a saga has several; left out it is the oldest.</summary>
    public string? Hold { get; init; }

    /// <summary>For <c>mark_succeeded</c>: the provider's id of the payment.</summary>
    public string? Evidence { get; init; }

    /// <summary>
    /// For <c>retry_with_change</c>: the fields that change and their new values; the hold names the fields it knows. For
    /// <c>extend_deadline</c>: <c>until</c> a moment (RFC 3339) or <c>for</c> a duration (ISO 8601).
    /// </summary>
    public IReadOnlyDictionary<string, string>? Change { get; init; }

    /// <summary>The sender's own id of this act, so that the query <c>holds</c> tells what became of it; left out it has none.</summary>
    public string? Id { get; init; }
}

/// <summary>A line of the audit trail about an act or a hold.</summary>
public sealed record AuditLine : ITraced
{
    public required string WorkflowId { get; init; }
    public required Domain.TransactionId TransactionId { get; init; }

    /// <summary>What happened: <c>hold.opened</c>, <c>hold.escalated</c>, <c>intervention.accepted</c>, <c>intervention.refused</c>, <c>checkout.cancel_requested</c>.</summary>
    public required string Event { get; init; }

    public string? Actor { get; init; }
    public string? Action { get; init; }
    public string? Reason { get; init; }
    public string? Detail { get; init; }

    /// <summary>Makes the line unique within its workflow, so that a retried write adds nothing.</summary>
    public required string Reference { get; init; }

    Domain.TransactionId? ITraced.Transaction => TransactionId;
}
