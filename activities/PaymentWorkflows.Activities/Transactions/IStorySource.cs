using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>One place that knows a part of what happened in a transaction: a table, a system. Each is registered once and told of by itself.</summary>
public interface IStorySource
{
    /// <summary>Adds what it knows; nothing when it knows nothing.</summary>
    Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken);
}
