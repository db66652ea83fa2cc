using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>Puts what the sources told in order, with the money at each moment and the owner of what failed. Pure.</summary>
public static class TransactionComposer
{
    public static TransactionResource Compose(TransactionId transaction, TransactionStory story)
    {
        ArgumentNullException.ThrowIfNull(story);
        StoredCheckout[] checkouts = [.. story.Checkouts.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id.Value, StringComparer.Ordinal)];
        var newest = checkouts.LastOrDefault();
        var currency = newest?.Input.Currency ?? story.Lines.Select(line => line.Money?.Currency).FirstOrDefault(one => one is not null);
        var money = currency is { } known ? new StoryMoney(known) : null;
        var lines = story.Lines.OrderBy(line => line.At).ThenBy(line => line.Rank).ThenBy(line => line.Reference, StringComparer.Ordinal).Select(line =>
        {
            money?.Take(line.Money);
            return new StoryResource(line.At, line.Kind, line.Source, line.Title, line.Reference, money?.Now, line.Details);
        }).ToArray();
        var failure = Failure(newest, story);
        return new TransactionResource
        {
            Id = transaction.Value,
            Merchant = newest?.Input.Merchant.Value,
            Status = newest?.View.Status,
            Owner = failure?.Owner,
            Failure = failure is null ? null : new FailureResource(failure.Owner, failure.Code, failure.Message, failure.At),
            Money = money?.Now,
            Story = lines,
            Truncated = story.IsCut,
            Checkouts = [.. checkouts.Select(CheckoutResource.Of)],
            Steps = [.. checkouts.SelectMany(one => one.View.Steps.Select(step => new TransactionStep(one.Id.Value, step.Name, step.Status, step.Attempts, step.At, step.Reference)))],
            Attempts = [.. story.Attempts.OrderBy(one => one.FirstSentAt)],
            Events = [.. story.Events.OrderBy(one => one.ReceivedAt)],
            LedgerEntries = story.LedgerEntries,
            Links = new TransactionLinks(
                newest?.WorkflowId, [.. checkouts.Select(one => $"/v1/checkouts/{one.Id}")],
                [.. checkouts.Select(one => Spans.Parse(one.TraceParent)).Where(one => one != default).Select(one => one.TraceId.ToHexString()).Distinct()]),
        };
    }

    /// <summary>What is wrong as it stands: a hold, a refusal, a missed deadline, else what a source knows. A purchase that ended well has no failure.</summary>
    private static StoryFailure? Failure(StoredCheckout? newest, TransactionStory story)
    {
        var told = story.Failures.Where(one => newest is null || one.At >= newest.CreatedAt).OrderBy(one => one.At).LastOrDefault();
        if (newest?.View is not { } view)
        {
            return told;
        }

        if (view.Held is { } held)
        {
            return FailureOwners.Of(held.Reason) is { } owner ? new StoryFailure(held.Since, owner, HoldRules.Name(held.Reason), held.Message) : null;
        }

        var ended = view.CompletedAt ?? newest.CreatedAt;
        return view.Status switch
        {
            _ when view.Decline is { } decline => new StoryFailure(ended, FailureOwners.Of(decline), decline.Code, decline.Message),
            CheckoutStatus.Expired => new StoryFailure(ended, FailureOwner.Client, "expired", "Nobody acted in time."),
            CheckoutStatus.Failed => told ?? new StoryFailure(ended, FailureOwner.Us, "failed", "A person ended the checkout."),
            CheckoutStatus.Completed or CheckoutStatus.Canceled => story.Failures.Where(one => one.At > ended).OrderBy(one => one.At).LastOrDefault(),
            _ => told,
        };
    }
}
