using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>The table of tax transactions in memory, by the contract of its port; can lose a record as a dying worker does.</summary>
internal sealed class MemoryTaxStore : ITaxTransactionStore
{
    public Dictionary<string, TaxTransactionRow> Rows { get; } = [];

    /// <summary>What each was over, by its key.</summary>
    public Dictionary<string, Money?> Totals { get; } = [];

    public TaxLeft? Left { get; set; }

    public bool LoseNextRecord { get; set; }

    public Task<TaxClaim> ClaimAsync(TaxDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Rows.TryGetValue(draft.Key.Value, out var known))
        {
            return Task.FromResult(new TaxClaim(known, false));
        }

        var row = new TaxTransactionRow { Key = draft.Key, RequestHash = draft.RequestHash, Content = draft.Content, SendNumber = 0, FirstSentAt = now, LastSentAt = now };
        Rows[draft.Key.Value] = row;
        return Task.FromResult(new TaxClaim(row, true));
    }

    public Task<bool> ResendAsync(AttemptKey key, int sendNumber, string content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = Rows[key.Value];
        if (sendNumber < row.SendNumber || row.Verdict is StepVerdict.Done)
        {
            return Task.FromResult(false);
        }

        Rows[key.Value] = row with { SendNumber = sendNumber, Content = content, KeyIsSpent = false, LastSentAt = now };
        return Task.FromResult(true);
    }

    public Task<StepVerdict> RecordAsync(AttemptKey key, TaxAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (LoseNextRecord)
        {
            LoseNextRecord = false;
            throw new InvalidOperationException("The worker died.");
        }

        var row = Rows[key.Value];
        if (row.Verdict is not StepVerdict.Done)
        {
            Rows[key.Value] = row with { Verdict = answer.Verdict, KeyIsSpent = answer.KeyIsSpent };
            Totals[key.Value] = answer.Total;
        }

        return Task.FromResult(Rows[key.Value].Verdict!);
    }

    public Task<TaxLeft?> LeftOfAsync(string providerId, CancellationToken cancellationToken) => Task.FromResult(Left);
}
