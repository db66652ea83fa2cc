using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>Asks every source for its part of a transaction.</summary>
public sealed class TransactionReader(IEnumerable<IStorySource> sources)
{
    /// <summary>The whole story; null when nobody knows of the transaction.</summary>
    public async Task<TransactionResource?> ReadAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        var story = new TransactionStory();
        foreach (var source in sources)
        {
            await source.TellAsync(transaction, story, cancellationToken);
        }

        return story.IsEmpty ? null : TransactionComposer.Compose(transaction, story);
    }
}
