using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>What the app backend was told, and whether it took it.</summary>
internal sealed class NoticeSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT event_id AS EventId, type AS Type, subject_id AS Subject, sequence AS Sequence, created_at AS CreatedAt, attempts AS Attempts, last_status AS LastStatus,
            last_error AS LastError, delivered_at AS DeliveredAt, gave_up_at AS GaveUpAt
        FROM pay.outbox WHERE transaction_id = @transaction ORDER BY id LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken))
        {
            Dictionary<string, string?> details = new()
            {
                ["subject"] = row.Subject,
                ["sequence"] = $"{row.Sequence}",
                ["attempts"] = $"{row.Attempts}",
                ["last_status"] = row.LastStatus is { } status ? $"{status}" : null,
                ["last_error"] = row.LastError,
            };
            story.Add(Line(row, row.CreatedAt, "is to be told", 45, []));
            if ((row.DeliveredAt ?? row.GaveUpAt) is { } settled)
            {
                story.Add(Line(row, settled, row.DeliveredAt is null ? "given up" : "delivered", 46, details));
            }
        }
    }

    private static StoryLine Line(Row row, DateTime at, string what, int rank, Dictionary<string, string?> details) => new()
    {
        At = at,
        Kind = "notice",
        Source = "outbox",
        Title = $"Notice {row.Type} {what}",
        Reference = row.EventId,
        Details = details,
        Rank = rank,
    };

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(
        string EventId, string Type, string Subject, int Sequence, DateTime CreatedAt, int Attempts, int? LastStatus, string? LastError, DateTime? DeliveredAt, DateTime? GaveUpAt);
#pragma warning restore CA1812
}
