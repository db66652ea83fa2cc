using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Provider;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Signals through Temporal.</summary>
public sealed class TemporalSagaSignaler(ITemporalClient client) : ISagaSignaler
{
    public async Task<bool> SignalAsync(string workflowId, ProviderEventSignal signal, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetWorkflowHandle<ICheckoutWorkflow>(workflowId).SignalAsync(
                workflow => workflow.ProviderEventAsync(signal),
                new WorkflowSignalOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            return true;
        }
        catch (RpcException gone) when (gone.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
