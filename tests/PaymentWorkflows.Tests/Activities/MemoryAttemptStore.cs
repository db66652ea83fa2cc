using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>The worker died between the provider's answer and our record.</summary>
internal sealed class WorkerDiedException : Exception;

/// <summary>The attempts table in memory, by the contract of its port; can lose a record as a dying worker does.</summary>
internal sealed class MemoryAttemptStore : IAttemptStore
{
    public Dictionary<string, PaymentAttempt> Rows { get; } = [];

    public bool LoseNextRecord { get; set; }

    public Task<AttemptClaim> ClaimAsync(AttemptDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Rows.TryGetValue(draft.Key.Value, out var known))
        {
            return Task.FromResult(new AttemptClaim(known, false));
        }

        var row = new PaymentAttempt
        {
            Key = draft.Key,
            Operation = draft.Operation,
            RequestHash = draft.RequestHash,
            TransactionId = draft.TransactionId,
            WorkflowId = draft.WorkflowId,
            SendNumber = 0,
            FirstSentAt = now,
            LastSentAt = now,
        };
        Rows[draft.Key.Value] = row;
        return Task.FromResult(new AttemptClaim(row, true));
    }

    public Task<PaymentAttempt?> FindAsync(AttemptKey key, CancellationToken cancellationToken) => Task.FromResult(Rows.GetValueOrDefault(key.Value));

    public Task<bool> ResendAsync(AttemptKey key, int sendNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = Rows[key.Value];
        if (sendNumber < row.SendNumber)
        {
            return Task.FromResult(false);
        }

        Rows[key.Value] = row with { SendNumber = sendNumber, LastSentAt = now };
        return Task.FromResult(true);
    }

    public Task<MoneyVerdict> RecordAsync(AttemptKey key, MoneyVerdict verdict, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (LoseNextRecord)
        {
            LoseNextRecord = false;
            throw new WorkerDiedException();
        }

        var row = Rows[key.Value];
        if (row.Verdict is not (MoneyVerdict.Succeeded or MoneyVerdict.Declined))
        {
            Rows[key.Value] = row with { Verdict = verdict };
        }

        return Task.FromResult(Rows[key.Value].Verdict!);
    }
}
