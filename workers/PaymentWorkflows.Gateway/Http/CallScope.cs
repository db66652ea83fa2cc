using System.Collections;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>The ids that every log line of a request carries. Read when a line is written, so lines carry the checkout's ids once they are known.</summary>
internal sealed class CallScope(CallContext call) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => call.WorkflowId is null ? 2 : 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("RequestId", call.RequestId),
        1 => new("TransactionId", call.TransactionId.ToString()),
        2 => new("WorkflowId", call.WorkflowId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", this.Select(pair => $"{pair.Key}: {pair.Value}"));
}
