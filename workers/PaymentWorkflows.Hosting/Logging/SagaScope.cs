using System.Collections;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Hosting.Logging;

/// <summary>A scope of a logger that gives each line the ids of the saga it is about.</summary>
public sealed class SagaScope(TransactionId? transactionId, string? workflowId) : IEnumerable<KeyValuePair<string, object?>>
{
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return new("TransactionId", transactionId?.ToString());
        yield return new("WorkflowId", workflowId);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"TransactionId: {transactionId}, WorkflowId: {workflowId}";
}
