using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Activities.Ledger;

/// <summary>Reads the books.</summary>
public interface ILedger
{
    /// <summary>Adds up everything and compares it with the kept balances.</summary>
    Task<LedgerCheck> CheckAsync(CancellationToken cancellationToken);

    /// <summary>The entries of one transaction, oldest first.</summary>
    Task<IReadOnlyList<LedgerLine>> ShowAsync(TransactionId transaction, CancellationToken cancellationToken);

    /// <summary>What each account of a merchant holds, as of one moment, by account and currency.</summary>
    Task<IReadOnlyList<LedgerBalance>> BalancesAsync(MerchantId merchant, CancellationToken cancellationToken);
}

/// <summary>
/// Books entries that belong to no step of a checkout or refund; those are booked with their step, in its transaction. Concurrent calls are
/// written together in set-based batches.
/// </summary>
public interface ILedgerWriter
{
    /// <summary>
    /// Books a set of entries, all or none; returns after the commit. An entry whose reference is booked already with the same postings is
    /// left as it is, so a call can be repeated. Cancelling stops the waiting, not the booking.
    /// </summary>
    /// <param name="entries">At least one.</param>
    /// <param name="now">When they are written (UTC).</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerConflictException">A reference exists with other postings; nothing of this set was written.</exception>
    Task BookAsync(IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken);
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

/// <summary>What an account of a merchant holds.</summary>
/// <param name="Account">The account's code.</param>
/// <param name="AccountName">Its name, for people.</param>
/// <param name="Currency">ISO 4217, lower case.</param>
/// <param name="BalanceMinor">Minor units; debits positive, credits negative.</param>
public sealed record LedgerBalance(string Account, string AccountName, string Currency, long BalanceMinor);
