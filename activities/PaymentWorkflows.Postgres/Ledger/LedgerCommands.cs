using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PaymentWorkflows.Domain.Ledger;
using static PaymentWorkflows.Postgres.Batching.SqlArrays;

namespace PaymentWorkflows.Postgres.Ledger;

/// <summary>The statements that book entries, as parts of a transaction that writes more.</summary>
internal static class LedgerCommands
{
    private const string EntriesSql = """
        WITH fresh AS (
            INSERT INTO pay.ledger_entries (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ORDER BY 1
            ON CONFLICT (reference) DO NOTHING RETURNING id, reference)
        INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount)
        SELECT fresh.id, posting.line, posting.merchant, posting.account, posting.currency, posting.amount
        FROM fresh JOIN unnest($8, $9, $10, $11, $12, $13) AS posting (reference, line, merchant, account, currency, amount) USING (reference)
        """;

    private const string ConflictSql = """
        SELECT pay.refuse_conflict(kept.reference)
        FROM pay.ledger_entries kept JOIN unnest($1, $2) AS fresh (reference, postings_hash) USING (reference)
        WHERE kept.postings_hash <> fresh.postings_hash LIMIT 1
        """;

    /// <summary>Writes entries with their postings; a reference that is known is left as it is.</summary>
    public static NpgsqlBatchCommand Entries(IReadOnlyList<(LedgerEntry Entry, DateTimeOffset Now)> entries)
    {
        var postings = entries.SelectMany(one => one.Entry.Postings.Select((posting, line) => (one.Entry, Posting: posting, Line: (short)(line + 1)))).ToArray();
        return Command(
            EntriesSql,
            Texts(entries, one => one.Entry.Reference),
            Texts(entries, one => one.Entry.Kind),
            Texts(entries, one => one.Entry.Merchant.Value),
            Texts(entries, one => one.Entry.Transaction.Value),
            Column(NpgsqlDbType.TimestampTz, entries, one => one.Entry.OccurredAt.UtcDateTime),
            Texts(entries, one => Hash(one.Entry)),
            Column(NpgsqlDbType.TimestampTz, entries, one => one.Now.UtcDateTime),
            Texts(postings, one => one.Entry.Reference),
            Column(NpgsqlDbType.Smallint, postings, one => one.Line),
            Texts(postings, one => one.Entry.Merchant.Value),
            Texts(postings, one => one.Posting.Account.Code),
            Texts(postings, one => one.Posting.Amount.Currency.Code),
            Column(NpgsqlDbType.Bigint, postings, one => one.Posting.Amount.Minor));
    }

    /// <summary>Ends the batch when a reference was booked with other postings.</summary>
    public static NpgsqlBatchCommand Conflicts(IReadOnlyList<LedgerEntry> entries) =>
        Command(ConflictSql, Texts(entries, entry => entry.Reference), Texts(entries, Hash));

    /// <summary>What was booked, without when: a repeat after a restart carries another moment and is still the same event.</summary>
    private static string Hash(LedgerEntry entry)
    {
        var text = string.Join('\n', entry.Postings.Select(posting => $"{posting.Account} {posting.Amount.Currency} {posting.Amount.Minor}").Prepend($"{entry.Kind} {entry.Merchant}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
