using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>What the provider told by webhook; the raw bytes stay where they are.</summary>
internal sealed class EventSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT account AS Account, event_id AS EventId, type AS Type, received_at AS ReceivedAt, outcome AS Outcome, detail AS Detail, tries AS Tries, completed_at AS CompletedAt
        FROM pay.inbox WHERE transaction_id = @transaction ORDER BY received_at, event_id LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken))
        {
            story.Add(new ProviderEventResource(
                row.EventId, row.Account, row.Type, row.ReceivedAt, row.Outcome, row.Detail, row.Tries, row.CompletedAt is { } completed ? completed : null));
            story.Add(new StoryLine
            {
                At = row.ReceivedAt,
                Kind = "event",
                Source = "inbox",
                Title = $"{row.Type} received, {row.Outcome ?? "open"}",
                Reference = row.EventId,
                Details = new Dictionary<string, string?> { ["account"] = row.Account, ["outcome"] = row.Outcome, ["detail"] = row.Detail, ["tries"] = $"{row.Tries}" },
                Rank = 7,
            });
        }
    }

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(string Account, string EventId, string Type, DateTime ReceivedAt, string? Outcome, string? Detail, int Tries, DateTime? CompletedAt);
#pragma warning restore CA1812
}
