using System.Data;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Postgres.Ledger;

/// <summary>Reads the books, all of a check in one snapshot.</summary>
internal sealed class LedgerReader(NpgsqlDataSource database) : ILedger
{
    private const string SumsSql = "SELECT currency, sum(amount)::bigint FROM pay.ledger_postings GROUP BY currency ORDER BY currency";

    private const string UnbalancedSql = """
        SELECT DISTINCT entry.reference FROM pay.ledger_entries entry LEFT JOIN pay.ledger_postings posting ON posting.entry_id = entry.id
        GROUP BY entry.reference, posting.currency HAVING coalesce(sum(posting.amount), 1) <> 0 ORDER BY 1
        """;

    private const string DriftSql = """
        SELECT concat_ws(' ', coalesce(kept.merchant, summed.merchant), coalesce(kept.account, summed.account), coalesce(kept.currency, summed.currency))
        FROM pay.ledger_balances kept FULL JOIN (
            SELECT merchant, account, currency, sum(amount) AS balance FROM pay.ledger_postings GROUP BY merchant, account, currency) summed
            USING (merchant, account, currency)
        WHERE kept.balance IS DISTINCT FROM summed.balance ORDER BY 1
        """;

    private const string ClearingSql = """
        SELECT substr(account, 6), currency, sum(amount)::bigint FROM pay.ledger_postings
        WHERE account LIKE '1010.%' GROUP BY account, currency ORDER BY account, currency
        """;

    private const string ShowSql = """
        SELECT entry.reference, entry.kind, entry.occurred_at, posting.account, posting.currency, posting.amount
        FROM pay.ledger_entries entry JOIN pay.ledger_postings posting ON posting.entry_id = entry.id
        WHERE entry.transaction_id = @transaction ORDER BY entry.id, posting.line
        """;

    private const string BalancesSql = "SELECT account, currency, balance FROM pay.ledger_balances WHERE merchant = @merchant ORDER BY account, currency";

    public async Task<LedgerCheck> CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // However large the books are: whoever has enough of it cancels.
        CommandDefinition Command(string sql) => new(sql, transaction: snapshot, commandTimeout: 0, cancellationToken: cancellationToken);

        var entries = await connection.ExecuteScalarAsync<long>(Command("SELECT count(*) FROM pay.ledger_entries"));
        var sums = await connection.QueryAsync<(string Currency, long Sum)>(Command(SumsSql));
        var unbalanced = await connection.QueryAsync<string>(Command(UnbalancedSql));
        var drifted = await connection.QueryAsync<string>(Command(DriftSql));
        var clearing = await connection.QueryAsync<(string Provider, string Currency, long Sum)>(Command(ClearingSql));
        return new LedgerCheck(
            entries,
            sums.ToDictionary(row => row.Currency, row => row.Sum),
            [.. unbalanced],
            [.. drifted],
            clearing.GroupBy(row => row.Provider).ToDictionary(
                group => group.Key,
                group => (IReadOnlyDictionary<string, long>)group.ToDictionary(row => row.Currency, row => row.Sum)));
    }

    public async Task<IReadOnlyList<LedgerLine>> ShowAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Reference, string Kind, DateTime OccurredAt, string Account, string Currency, long Amount)>(
            new CommandDefinition(ShowSql, new { transaction = transaction.Value }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new LedgerLine(
            row.Reference, row.Kind, row.OccurredAt, row.Account, LedgerAccount.Parse(row.Account).Name, row.Currency, row.Amount))];
    }

    public async Task<IReadOnlyList<LedgerBalance>> BalancesAsync(MerchantId merchant, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Account, string Currency, long Balance)>(
            new CommandDefinition(BalancesSql, new { merchant = merchant.Value }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new LedgerBalance(row.Account, LedgerAccount.Parse(row.Account).Name, row.Currency, row.Balance))];
    }
}
