using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>The entries of the books.</summary>
internal sealed class LedgerSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT entry.reference AS Reference, entry.kind AS Kind, entry.created_at AS At, posting.account AS Account, posting.currency AS Currency, posting.amount AS Amount
        FROM pay.ledger_entries AS entry JOIN pay.ledger_postings AS posting ON posting.entry_id = entry.id
        WHERE entry.transaction_id = @transaction ORDER BY entry.id, posting.line LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var entry in (await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken)).GroupBy(row => row.Reference))
        {
            var first = entry.First();
            story.Add(new LedgerEntryResource(
                first.Reference, first.Kind, first.At, [.. entry.Select(row => new PostingResource(row.Account, LedgerAccount.Parse(row.Account).Name, row.Currency, row.Amount))]));
            story.Add(new StoryLine
            {
                At = first.At,
                Kind = "ledger",
                Source = "ledger_entries",
                Title = $"{first.Kind} booked: {string.Join(", ", entry.Select(row => $"{row.Account} {row.Amount}"))}",
                Reference = first.Reference,
                Money = new MoneyNote { Currency = Currency.Parse(first.Currency), Booked = entry.Where(IsOurs).Sum(row => row.Amount) },
                Rank = 35,
            });
        }
    }

    /// <summary>The accounts that hold what came of a purchase: the provider's, the bank's, and the fee that was taken off on the way.</summary>
    private static bool IsOurs(Row row) => row.Account == "1000" || row.Account == "6000" || row.Account.StartsWith("1010.", StringComparison.Ordinal);

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(string Reference, string Kind, DateTime At, string Account, string Currency, long Amount);
#pragma warning restore CA1812
}
