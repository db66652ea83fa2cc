using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>The table <c>payment_attempts</c>: the intent is written before the act, the outcome after it.</summary>
public interface IAttemptStore
{
    /// <summary>
    /// Writes the attempt as being sent now, unless it exists; returns it as it stands and whether this call wrote it. One statement.
    /// </summary>
    Task<AttemptClaim> ClaimAsync(AttemptDraft draft, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The attempt as it stands, or null.</summary>
    Task<PaymentAttempt?> FindAsync(AttemptKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that the attempt is sent again now under this send number. The number only grows: a caller that comes late with a smaller one
    /// changes nothing and gets false.
    /// </summary>
    Task<bool> ResendAsync(AttemptKey key, int sendNumber, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Records an outcome. A final outcome (succeeded, declined) is never overwritten by another: the recorded one is returned, so that
    /// everyone sees the same.
    /// </summary>
    Task<MoneyVerdict> RecordAsync(AttemptKey key, MoneyVerdict verdict, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What is written before a provider is called.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="Operation">authorize, capture or undo.</param>
/// <param name="RequestHash">SHA-256 of the request; another request under the same key is refused.</param>
/// <param name="Provider">The adapter's name.</param>
/// <param name="TransactionId">The id through all systems.</param>
/// <param name="WorkflowId">The workflow.</param>
public sealed record AttemptDraft(AttemptKey Key, string Operation, string RequestHash, string Provider, TransactionId TransactionId, string WorkflowId);

/// <summary>An attempt and whether this call made it.</summary>
public sealed record AttemptClaim(PaymentAttempt Attempt, bool IsNew);

/// <summary>A row of <c>payment_attempts</c>.</summary>
public sealed record PaymentAttempt
{
    /// <summary>Stands where the hash of a request would: no request has it.</summary>
    private const string WithdrawnHash = "withdrawn";

    public required AttemptKey Key { get; init; }
    public required string Operation { get; init; }
    public required string RequestHash { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>0 for the first key; grows only after the provider answered finally under the one before.</summary>
    public required int SendNumber { get; init; }

    public required DateTimeOffset FirstSentAt { get; init; }
    public required DateTimeOffset LastSentAt { get; init; }

    /// <summary>The last outcome; null while none is recorded.</summary>
    public MoneyVerdict? Verdict { get; init; }

    /// <summary>Whether it was taken back before it was sent, and so must not be sent any more.</summary>
    public bool IsWithdrawn => RequestHash == WithdrawnHash;

    /// <summary>What became of an attempt that was taken back before it was sent.</summary>
    public static MoneyVerdict SentNever { get; } = new MoneyVerdict.NotAttempted(RefusalCause.State, "withdrawn", "It was taken back before it was sent.");

    /// <summary>The draft of an attempt that must not be sent any more, if nobody has begun it.</summary>
    public static AttemptDraft Withdrawn(AttemptKey key, string operation, string provider, TransactionId transaction, string workflowId) =>
        new(key, operation, WithdrawnHash, provider, transaction, workflowId);

    /// <summary>The key the provider sees.</summary>
    public string ProviderKey => SendNumber == 0 ? Key.Value : $"{Key.Value}#{SendNumber}";
}
