using PaymentWorkflows.Contracts.Provider;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Tells running sagas that something happened at a provider.</summary>
public interface ISagaSignaler
{
    /// <summary>False when no such workflow is running. Throws when the engine could not be asked.</summary>
    Task<bool> SignalAsync(string workflowId, ProviderEventSignal signal, CancellationToken cancellationToken);
}
