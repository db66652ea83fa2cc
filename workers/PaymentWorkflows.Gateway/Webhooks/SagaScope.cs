using System.Collections;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>The ids that every log line about an event carries.</summary>
internal sealed class SagaScope(TransactionId? transactionId, string? workflowId) : IEnumerable<KeyValuePair<string, object?>>
{
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return new("TransactionId", transactionId?.ToString());
        yield return new("WorkflowId", workflowId);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"TransactionId: {transactionId}, WorkflowId: {workflowId}";
}
