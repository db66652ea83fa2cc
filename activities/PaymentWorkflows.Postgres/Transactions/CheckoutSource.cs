using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Postgres.Checkouts;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>The checkouts with their steps, and the calls that asked for them.</summary>
internal sealed class CheckoutSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = $"SELECT {CheckoutRow.Columns} FROM pay.checkouts WHERE transaction_id = @transaction ORDER BY created_at, id LIMIT @limit";

    private const string CallsSql = """
        SELECT called.key AS Key, called.resource_id AS Checkout, called.status AS Status, called.created_at AS At
        FROM pay.idempotency_keys AS called JOIN pay.checkouts AS kept ON kept.id = called.resource_id
        WHERE kept.transaction_id = @transaction ORDER BY called.created_at, called.key LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var call in await database.RowsAsync<CallRow>(CallsSql, transaction, story, cancellationToken))
        {
            story.Add(new StoryLine
            {
                At = call.At,
                Kind = "http",
                Source = "idempotency_keys",
                Title = call.Status is { } status ? $"POST /v1/checkouts, answered {status}" : "POST /v1/checkouts, not answered yet",
                Reference = call.Key,
                Details = new Dictionary<string, string?> { ["idempotency_key"] = call.Key, ["checkout"] = call.Checkout },
            });
        }

        foreach (var row in await database.RowsAsync<CheckoutRow>(Sql, transaction, story, cancellationToken))
        {
            Tell(row.ToCheckout(), story);
        }
    }

    private static void Tell(StoredCheckout checkout, TransactionStory story)
    {
        story.Add(checkout);
        var amount = new Domain.Money(checkout.View.Amount, checkout.Input.Currency);
        story.Add(Line(checkout, checkout.CreatedAt, "checkout", $"Checkout of order {checkout.Input.Order} over {amount} accepted", rank: 1, new Dictionary<string, string?>
        {
            ["order"] = checkout.Input.Order.Value,
            ["attempt"] = $"{checkout.Attempt}",
            ["workflow"] = checkout.WorkflowId,
            ["method"] = checkout.Input.PaymentMethod.Type,
            ["traceparent"] = checkout.TraceParent,
        }));
        if (checkout.StartedAt is { } started)
        {
            story.Add(Line(checkout, started, "checkout", $"Workflow {checkout.WorkflowId} started", rank: 2, []));
        }

        foreach (var step in checkout.View.Steps)
        {
            story.Add(new StoryLine
            {
                At = step.At,
                Kind = "step",
                Source = "checkouts",
                Title = $"{HoldRules.Name(step.Name)} {HoldRules.Name(step.Status)}",
                Reference = step.Reference ?? checkout.Id.Value,
                Details = new Dictionary<string, string?> { ["checkout"] = checkout.Id.Value, ["attempts"] = $"{step.Attempts}" },
                Rank = 10 + (int)step.Name,
            });
        }

        if (checkout.View.Held is { } held)
        {
            story.Add(StoryLine.Of(held, "checkouts", checkout.Id.Value));
        }

        if (checkout.View.CompletedAt is { } ended)
        {
            story.Add(Line(checkout, ended, "checkout", $"Checkout {HoldRules.Name(checkout.View.Status)}", rank: 40, []));
        }
    }

    private static StoryLine Line(StoredCheckout checkout, DateTimeOffset at, string kind, string title, int rank, Dictionary<string, string?> details) => new()
    {
        At = at,
        Kind = kind,
        Source = "checkouts",
        Title = title,
        Reference = checkout.Id.Value,
        Details = details,
        Rank = rank,
    };

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record CallRow(string Key, string Checkout, int? Status, DateTime At);
#pragma warning restore CA1812
}
