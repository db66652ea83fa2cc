using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Failures;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>What the tax engine and the ERP were told of the money that moved.</summary>
internal sealed class DocumentSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT * FROM (
            SELECT 'erp' AS Kind, 'erp_documents' AS Source, kind || ' ' || number AS Title, erp AS System, state AS State, erp_id AS Reference, refusal AS Refusal,
                first_sent_at AS FirstSentAt, updated_at AS UpdatedAt
            FROM pay.erp_documents WHERE transaction_id = @transaction
            UNION ALL
            SELECT 'tax', 'tax_transactions', 'tax ' || kind, engine, state, provider_id, CASE WHEN state IN ('refused', 'unknown') THEN verdict->>'message' END, first_sent_at, updated_at
            FROM pay.tax_transactions WHERE transaction_id = @transaction) AS told
        ORDER BY FirstSentAt, Title LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken))
        {
            var settled = row.State != "sending";
            story.Add(new StoryLine
            {
                At = settled ? row.UpdatedAt : row.FirstSentAt,
                Kind = row.Kind,
                Source = row.Source,
                Title = settled ? $"{row.Title} {row.State}" : $"{row.Title} is on its way",
                Reference = row.Reference,
                Details = new Dictionary<string, string?> { ["system"] = row.System, ["first_sent_at"] = $"{row.FirstSentAt:O}", ["message"] = row.Refusal },
                Rank = 38,
            });
            if (row.State == "refused")
            {
                story.Fail(new StoryFailure(row.UpdatedAt, FailureOwner.Us, $"{row.Kind}_refused", row.Refusal ?? "The other system refused the document."));
            }
        }
    }

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(
        string Kind, string Source, string Title, string System, string State, string? Reference, string? Refusal, DateTime FirstSentAt, DateTime UpdatedAt);
#pragma warning restore CA1812
}
