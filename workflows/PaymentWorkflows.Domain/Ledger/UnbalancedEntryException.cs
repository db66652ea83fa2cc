namespace PaymentWorkflows.Domain.Ledger;

/// <summary>An entry that does not balance was about to be written: a mistake in a posting rule.</summary>
public sealed class UnbalancedEntryException(string reference, string problem)
    : InvalidOperationException($"Ledger entry '{reference}' is refused: {problem}.");
