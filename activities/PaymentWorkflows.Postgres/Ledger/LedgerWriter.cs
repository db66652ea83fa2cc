using Npgsql;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Postgres.Batching;

namespace PaymentWorkflows.Postgres.Ledger;

/// <summary>Books sets of entries in group commits: what many callers bring at once is one statement and one transaction.</summary>
internal sealed class LedgerWriter : ILedgerWriter, IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly BatchWriter<Booking, bool> writer;

    public LedgerWriter(NpgsqlDataSource database)
    {
        this.database = database;
        // Sets with the same reference may share a batch: the statement for conflicts compares every one of them with what is kept.
        writer = new BatchWriter<Booking, bool>(WriteAsync, booking => booking.Identity);
    }

    public async Task BookAsync(IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfZero(entries.Count, nameof(entries));
        try
        {
            await writer.WriteAsync(new Booking(entries, now), cancellationToken);
        }
        catch (PostgresException conflict) when (conflict.SqlState == SqlStates.LedgerConflict)
        {
            throw new LedgerConflictException(conflict.MessageText);
        }
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<Booking> bookings)
    {
        // Without a transaction of its own the batch is one: all of it or nothing, in a single round trip.
        await using var batch = database.CreateBatch();
        LedgerCommands.Book(batch, bookings.SelectMany(booking => booking.Entries.Select(entry => (entry, booking.Now))));
        await batch.ExecuteNonQueryAsync();
        return new bool[bookings.Count];
    }

    private sealed record Booking(IReadOnlyList<LedgerEntry> Entries, DateTimeOffset Now)
    {
        public string Identity => Entries[0].Reference;
    }
}
