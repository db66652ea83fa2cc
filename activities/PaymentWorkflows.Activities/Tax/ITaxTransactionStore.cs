using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>The table <c>tax_transactions</c>: what a tax engine is told, written before it is told and after it answered.</summary>
public interface ITaxTransactionStore
{
    /// <summary>Writes the transaction as being sent now, unless its key exists; returns it as it stands and whether this call wrote it. One statement.</summary>
    Task<TaxClaim> ClaimAsync(TaxDraft draft, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that it is sent again now, under this send number and with this content. The number only grows: a caller that comes late with a
    /// smaller one changes nothing and gets false.
    /// </summary>
    Task<bool> ResendAsync(AttemptKey key, int sendNumber, string content, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Records an outcome. One that is done is never overwritten by another: the recorded one is returned.</summary>
    Task<StepVerdict> RecordAsync(AttemptKey key, TaxAnswer answer, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What is left of a tax transaction: its total without what was taken back. Null when the table does not know its total.</summary>
    /// <param name="providerId">The engine's id of the transaction.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<TaxLeft?> LeftOfAsync(string providerId, CancellationToken cancellationToken);
}

/// <summary>What is written before a tax engine is told something.</summary>
/// <param name="Key">Unique for ever, also at the engine.</param>
/// <param name="Kind">commit or reversal.</param>
/// <param name="RequestHash">What the key stands for; another under the same key is refused.</param>
/// <param name="Content">What is sent this time: a calculation that had expired is another one when it is made anew.</param>
/// <param name="Engine">The adapter's name.</param>
/// <param name="TransactionId">The id through all systems.</param>
/// <param name="Original">The engine's id of what is taken back; null for a commit.</param>
public sealed record TaxDraft(AttemptKey Key, string Kind, string RequestHash, string Content, string Engine, TransactionId TransactionId, string? Original);

/// <summary>A row and whether this call made it.</summary>
public sealed record TaxClaim(TaxTransactionRow Row, bool IsNew);

/// <summary>What is left of a tax transaction.</summary>
/// <param name="Total">Its total, tax contained.</param>
/// <param name="Reversed">What was taken back of it.</param>
public sealed record TaxLeft(Money Total, Money Reversed);

/// <summary>A row of <c>tax_transactions</c>.</summary>
public sealed record TaxTransactionRow
{
    public required AttemptKey Key { get; init; }
    public required string RequestHash { get; init; }
    public required string Content { get; init; }

    /// <summary>0 for the first key; grows when the engine keeps an answer under the one before, or has forgotten it.</summary>
    public required int SendNumber { get; init; }

    public required DateTimeOffset FirstSentAt { get; init; }
    public required DateTimeOffset LastSentAt { get; init; }

    /// <summary>The last outcome; null while none is recorded.</summary>
    public StepVerdict? Verdict { get; init; }

    /// <summary>Whether the engine keeps an answer under the last key that says nothing new.</summary>
    public bool KeyIsSpent { get; init; }

    /// <summary>The idempotency key that the engine sees.</summary>
    public string ProviderKey => SendNumber == 0 ? Key.Value : $"{Key.Value}#{SendNumber}";
}
