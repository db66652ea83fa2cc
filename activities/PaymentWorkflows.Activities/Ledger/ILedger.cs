using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Ledger;

/// <summary>Reads the books.</summary>
public interface ILedger
{
    /// <summary>Adds up everything and compares it with the kept balances.</summary>
    Task<LedgerCheck> CheckAsync(CancellationToken cancellationToken);

    /// <summary>The entries of one transaction, oldest first.</summary>
    Task<IReadOnlyList<LedgerLine>> ShowAsync(TransactionId transaction, CancellationToken cancellationToken);
}

/// <summary>The state of the books.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="CurrencySums">Currency to the sum of all postings; each must be 0.</param>
/// <param name="Unbalanced">References of entries that do not balance; must be empty.</param>
/// <param name="DriftedBalances">Accounts whose kept balance is not the sum of their postings; must be empty.</param>
/// <param name="ProviderClearing">Provider, then currency, to the balance of its clearing account.</param>
public sealed record LedgerCheck(
    long Entries,
    IReadOnlyDictionary<string, long> CurrencySums,
    IReadOnlyList<string> Unbalanced,
    IReadOnlyList<string> DriftedBalances,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> ProviderClearing);

/// <summary>One posting with its entry, for people.</summary>
public sealed record LedgerLine(string Reference, string Kind, DateTimeOffset OccurredAt, string Account, string AccountName, string Currency, long AmountMinor);
