using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using static PaymentWorkflows.Postgres.Batching.SqlArrays;

namespace PaymentWorkflows.Postgres.Ledger;

/// <summary>The statements that book entries, as parts of a transaction that writes more.</summary>
internal static class LedgerCommands
{
    private const string Took = """
        (entry.checkout IS NULL OR (
            SELECT kept.revision = entry.revision AND kept.status = entry.status AND (entry.payment IS NULL OR kept.view->'payment'->>'id' = entry.payment)
            FROM pay.checkouts kept WHERE kept.id = entry.checkout))
        """;

    private const string EntriesSql = $"""
        WITH chosen AS (
            SELECT DISTINCT ON (reference) place, reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY
                AS entry (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at, checkout, revision, status, payment, place)
            WHERE {Took}
            ORDER BY reference, place),
        fresh AS (
            INSERT INTO pay.ledger_entries (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at)
            SELECT reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at FROM chosen ORDER BY reference
            ON CONFLICT (reference) DO NOTHING RETURNING id, reference)
        INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount)
        SELECT fresh.id, posting.line, posting.merchant, posting.account, posting.currency, posting.amount
        FROM fresh JOIN chosen USING (reference) JOIN unnest($12, $13, $14, $15, $16, $17) AS posting (place, line, merchant, account, currency, amount) USING (place)
        """;

    // A look-up for each, and no join: its plan is made once, perhaps while the books are empty, and a join would read them through.
    private const string ConflictSql = $"""
        SELECT pay.refuse_conflict(entry.reference)
        FROM unnest($1, $2, $3, $4, $5, $6) AS entry (reference, postings_hash, checkout, revision, status, payment)
        WHERE (SELECT kept.postings_hash FROM pay.ledger_entries kept WHERE kept.reference = entry.reference) <> entry.postings_hash AND {Took} LIMIT 1
        """;

    /// <summary>
    /// Adds to the batch what books entries: writes those whose reference is new, and ends the batch when a reference is booked, or comes twice
    /// among these, with other postings. Each entry is hashed once; of no entries it adds nothing.
    /// </summary>
    public static void Book(NpgsqlBatch batch, IEnumerable<(LedgerEntry Entry, DateTimeOffset Now)> entries) =>
        Book(batch, entries.Select(one => (one.Entry, one.Now, (CheckoutStage?)null)));

    /// <summary>
    /// The same; an entry that comes with a checkout's stage is booked only if the row has become that: what a step tells that came too
    /// late, and was not written, did not happen.
    /// </summary>
    public static void Book(NpgsqlBatch batch, IEnumerable<(LedgerEntry Entry, DateTimeOffset Now, CheckoutStage? Stage)> entries)
    {
        HashedEntry[] hashed = [.. entries.Select(one => new HashedEntry(one.Entry, one.Now, Hash(one.Entry), one.Stage))];
        if (hashed.Length > 0)
        {
            batch.BatchCommands.Add(Entries(hashed));
            batch.BatchCommands.Add(Conflicts(hashed));
        }
    }

    private static NpgsqlBatchCommand Entries(IReadOnlyList<HashedEntry> entries)
    {
        var postings = entries
            .SelectMany((one, place) => one.Entry.Postings.Select((posting, line) => (Place: (long)place + 1, one.Entry.Merchant, Posting: posting, Line: (short)(line + 1))))
            .ToArray();
        return Command(
            EntriesSql,
            [
                Texts(entries, one => one.Entry.Reference),
                Texts(entries, one => one.Entry.Kind),
                Texts(entries, one => one.Entry.Merchant.Value),
                Texts(entries, one => one.Entry.Transaction.Value),
                Column(NpgsqlDbType.TimestampTz, entries, one => one.Entry.OccurredAt.UtcDateTime),
                Texts(entries, one => one.Hash),
                Column(NpgsqlDbType.TimestampTz, entries, one => one.Now.UtcDateTime),
                .. Stages(entries),
                Column(NpgsqlDbType.Bigint, postings, one => one.Place),
                Column(NpgsqlDbType.Smallint, postings, one => one.Line),
                Texts(postings, one => one.Merchant.Value),
                Texts(postings, one => one.Posting.Account.Code),
                Texts(postings, one => one.Posting.Amount.Currency.Code),
                Column(NpgsqlDbType.Bigint, postings, one => one.Posting.Amount.Minor),
            ]);
    }

    private static NpgsqlBatchCommand Conflicts(IReadOnlyList<HashedEntry> entries) =>
        Command(ConflictSql, [Texts(entries, one => one.Entry.Reference), Texts(entries, one => one.Hash), .. Stages(entries)]);

    private static IEnumerable<NpgsqlParameter> Stages(IReadOnlyList<HashedEntry> entries) =>
    [
        Column(NpgsqlDbType.Text, entries, one => one.Stage?.Checkout.Value),
        Column(NpgsqlDbType.Integer, entries, one => one.Stage?.Revision),
        Column(NpgsqlDbType.Text, entries, one => one.Stage is { } stage ? HoldRules.Name(stage.Status) : null),
        Column(NpgsqlDbType.Text, entries, one => one.Stage?.Payment),
    ];

    /// <summary>What was booked, without when: a repeat after a restart carries another moment and is still the same event.</summary>
    private static string Hash(LedgerEntry entry)
    {
        var text = string.Join('\n', entry.Postings.Select(posting => $"{posting.Account} {posting.Amount.Currency} {posting.Amount.Minor}").Prepend($"{entry.Kind} {entry.Merchant}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private sealed record HashedEntry(LedgerEntry Entry, DateTimeOffset Now, string Hash, CheckoutStage? Stage);
}

/// <summary>What a checkout's row must have become for an entry to be booked.</summary>
/// <param name="Checkout">The row.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Status">Its status.</param>
/// <param name="Payment">Whose payment it must show: two that come late at once write the same revision. Null asks for none.</param>
internal sealed record CheckoutStage(CheckoutId Checkout, int Revision, CheckoutStatus Status, string? Payment);
