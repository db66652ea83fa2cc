namespace PaymentWorkflows.Domain.Ledger;

/// <summary>One side of an entry.</summary>
/// <param name="Account">The account.</param>
/// <param name="Amount">Debits are positive, credits negative.</param>
public sealed record Posting(LedgerAccount Account, Money Amount)
{
    public static Posting Debit(LedgerAccount account, Money amount) => new(account, amount);

    public static Posting Credit(LedgerAccount account, Money amount) => new(account, -amount);
}
