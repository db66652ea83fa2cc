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

    // A look-up for each, and no join: its plan is made once, perhaps while the books are empty, and a join would read them through.
    private const string ConflictSql = """
        SELECT pay.refuse_conflict(fresh.reference)
        FROM unnest($1, $2) AS fresh (reference, postings_hash)
        WHERE (SELECT kept.postings_hash FROM pay.ledger_entries kept WHERE kept.reference = fresh.reference) <> fresh.postings_hash LIMIT 1
        """;

    /// <summary>
    /// Adds to the batch what books entries: writes those whose reference is new, and ends the batch when a reference is booked, or comes twice
    /// among these, with other postings. Each entry is hashed once; of no entries it adds nothing.
    /// </summary>
    public static void Book(NpgsqlBatch batch, IEnumerable<(LedgerEntry Entry, DateTimeOffset Now)> entries)
    {
        HashedEntry[] hashed = [.. entries.Select(one => new HashedEntry(one.Entry, one.Now, Hash(one.Entry)))];
        if (hashed.Length > 0)
        {
            batch.BatchCommands.Add(Entries([.. hashed.DistinctBy(one => one.Entry.Reference)]));
            batch.BatchCommands.Add(Conflicts(hashed));
        }
    }

    private static NpgsqlBatchCommand Entries(IReadOnlyList<HashedEntry> entries)
    {
        var postings = entries.SelectMany(one => one.Entry.Postings.Select((posting, line) => (one.Entry, Posting: posting, Line: (short)(line + 1)))).ToArray();
        return Command(
            EntriesSql,
            Texts(entries, one => one.Entry.Reference),
            Texts(entries, one => one.Entry.Kind),
            Texts(entries, one => one.Entry.Merchant.Value),
            Texts(entries, one => one.Entry.Transaction.Value),
            Column(NpgsqlDbType.TimestampTz, entries, one => one.Entry.OccurredAt.UtcDateTime),
            Texts(entries, one => one.Hash),
            Column(NpgsqlDbType.TimestampTz, entries, one => one.Now.UtcDateTime),
            Texts(postings, one => one.Entry.Reference),
            Column(NpgsqlDbType.Smallint, postings, one => one.Line),
            Texts(postings, one => one.Entry.Merchant.Value),
            Texts(postings, one => one.Posting.Account.Code),
            Texts(postings, one => one.Posting.Amount.Currency.Code),
            Column(NpgsqlDbType.Bigint, postings, one => one.Posting.Amount.Minor));
    }

    private static NpgsqlBatchCommand Conflicts(IReadOnlyList<HashedEntry> entries) =>
        Command(ConflictSql, Texts(entries, one => one.Entry.Reference), Texts(entries, one => one.Hash));

    /// <summary>What was booked, without when: a repeat after a restart carries another moment and is still the same event.</summary>
    private static string Hash(LedgerEntry entry)
    {
        var text = string.Join('\n', entry.Postings.Select(posting => $"{posting.Account} {posting.Amount.Currency} {posting.Amount.Minor}").Prepend($"{entry.Kind} {entry.Merchant}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private sealed record HashedEntry(LedgerEntry Entry, DateTimeOffset Now, string Hash);
}
