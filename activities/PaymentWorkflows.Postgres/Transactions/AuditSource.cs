using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>Holds and the acts of people.</summary>
internal sealed class AuditSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT reference AS Reference, event AS Event, actor AS Actor, action AS Action, reason AS Reason, detail AS Detail, at AS At
        FROM pay.audit WHERE transaction_id = @transaction ORDER BY at, id LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken))
        {
            story.Add(new StoryLine
            {
                At = row.At,
                Kind = "audit",
                Source = "audit",
                Title = row.Actor is null ? row.Event : $"{row.Event}: {row.Action} by {row.Actor}",
                Reference = row.Reference,
                Details = new Dictionary<string, string?> { ["event"] = row.Event, ["actor"] = row.Actor, ["action"] = row.Action, ["reason"] = row.Reason, ["detail"] = row.Detail },
                Rank = 31,
            });
        }
    }

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(string Reference, string Event, string? Actor, string? Action, string? Reason, string? Detail, DateTime At);
#pragma warning restore CA1812
}
