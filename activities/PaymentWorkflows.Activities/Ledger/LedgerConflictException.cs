namespace PaymentWorkflows.Activities.Ledger;

/// <summary>A business reference was booked before with other postings: a mistake in our code, never retried.</summary>
public sealed class LedgerConflictException(string reference)
    : InvalidOperationException($"Ledger reference '{reference}' exists with other postings; nothing was written.")
{
    public string Reference { get; } = reference;
}
