using Npgsql;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Postgres.Refunds;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>The refunds with their steps. What went back is told by the attempts and the books; this says who wanted it and how it ended.</summary>
internal sealed class RefundSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = $"SELECT {RefundRow.Columns} FROM pay.refunds WHERE transaction_id = @transaction ORDER BY created_at, id LIMIT @limit";

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<RefundRow>(Sql, transaction, story, cancellationToken))
        {
            Tell(row.ToRefund(), story);
        }
    }

    private static void Tell(StoredRefund refund, TransactionStory story)
    {
        var view = refund.View;
        var amount = new Domain.Money(view.Amount, refund.Currency);
        story.Add(Line(refund, refund.CreatedAt, "refund", $"Refund of {amount} reserved, for {HoldRules.Name(refund.Input.Origin)}", 1, new Dictionary<string, string?>
        {
            ["checkout"] = refund.CheckoutId.Value,
            ["reason"] = HoldRules.Name(refund.Input.Reason),
            ["workflow"] = refund.WorkflowId,
        }));
        foreach (var step in view.Steps)
        {
            story.Add(Line(refund, step.At, "step", $"refund: {HoldRules.Name(step.Name)} {HoldRules.Name(step.Status)}", 20 + (int)step.Name, new Dictionary<string, string?>
            {
                ["refund"] = refund.Id.Value,
                ["attempts"] = $"{step.Attempts}",
                ["reference"] = step.Reference,
            }));
        }

        if (view.Held is { } held)
        {
            story.Add(StoryLine.Of(held, "refunds", refund.Id.Value));
            if ((held.Reason == HoldReason.RefundFailed && view.Failure is { } why ? FailureOwners.OfRefund(why.Code) : FailureOwners.Of(held.Reason)) is { } owner)
            {
                story.Fail(new StoryFailure(held.Since, owner, HoldRules.Name(held.Reason), held.Message));
            }
        }

        if (view.CompletedAt is not { } ended)
        {
            return;
        }

        story.Add(Line(refund, ended, "refund", $"Refund {HoldRules.Name(view.Status)}", 40, new Dictionary<string, string?> { ["provider_refund"] = view.ProviderRefundId }));
        if (view is { Status: RefundStatus.Failed or RefundStatus.Canceled, Failure: { } failure })
        {
            story.Fail(new StoryFailure(ended, FailureOwners.OfRefund(failure.Code), failure.Code, failure.Message));
        }
    }

    private static StoryLine Line(StoredRefund refund, DateTimeOffset at, string kind, string title, int rank, Dictionary<string, string?> details) => new()
    {
        At = at,
        Kind = kind,
        Source = "refunds",
        Title = title,
        Reference = refund.Id.Value,
        Details = details,
        Rank = rank,
    };
}
