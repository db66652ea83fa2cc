namespace PaymentWorkflows.Domain.Ledger;

/// <summary>
/// One business event in the books: postings that add up to zero in each currency. Written once, never changed; a mistake is corrected
/// by another entry.
/// </summary>
public sealed record LedgerEntry
{
    private LedgerEntry(string reference, string kind, MerchantId merchant, TransactionId transaction, DateTimeOffset occurredAt, IReadOnlyList<Posting> postings)
    {
        Reference = reference;
        Kind = kind;
        Merchant = merchant;
        Transaction = transaction;
        OccurredAt = occurredAt;
        Postings = postings;
    }

    /// <summary>The business reference: unique for ever, so that the same event is booked once.</summary>
    public string Reference { get; }

    /// <summary>The event, such as <c>capture</c> or <c>refund</c>.</summary>
    public string Kind { get; }

    public MerchantId Merchant { get; }

    public TransactionId Transaction { get; }

    /// <summary>When it happened (UTC), not when it was written.</summary>
    public DateTimeOffset OccurredAt { get; }

    /// <summary>At least two; debits positive, credits negative.</summary>
    public IReadOnlyList<Posting> Postings { get; }

    /// <summary>Makes an entry; postings of nothing are left out.</summary>
    /// <exception cref="UnbalancedEntryException">The postings do not add up to zero in each currency, or fewer than two are left.</exception>
    public static LedgerEntry Of(string reference, string kind, MerchantId merchant, TransactionId transaction, DateTimeOffset occurredAt, params IEnumerable<Posting> postings)
    {
        Posting[] kept = [.. postings.Where(posting => !posting.Amount.IsZero)];
        foreach (var group in kept.GroupBy(posting => posting.Amount.Currency))
        {
            var sum = group.Aggregate(Money.Zero(group.Key), (total, posting) => total + posting.Amount);
            if (!sum.IsZero)
            {
                throw new UnbalancedEntryException(reference, $"the postings in {group.Key} add up to {sum}");
            }
        }

        return kept.Length >= 2
            ? new LedgerEntry(reference, kind, merchant, transaction, occurredAt, kept)
            : throw new UnbalancedEntryException(reference, "an entry has at least two postings");
    }
}
