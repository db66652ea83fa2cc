namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Ends waits early when the caller leaves or the process stops; a stopping process answers with what is known.</summary>
public sealed class WaitEnd(IHostApplicationLifetime lifetime)
{
    /// <summary>A source that is cancelled by either; the caller disposes it.</summary>
    public CancellationTokenSource Begin(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
    }
}
