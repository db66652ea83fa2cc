namespace PaymentWorkflows.Activities.Erp;

/// <summary>The ERP is down, slow, overloaded or does not let us in: what was asked may be asked again later.</summary>
/// <param name="message">What happened.</param>
/// <param name="retryAfter">When to try again, if the ERP said so.</param>
/// <param name="inner">What the transport threw.</param>
public sealed class ErpUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
