using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Cli.Clients;

/// <summary>A Temporal client as an app backend or an operator uses it.</summary>
internal static class TemporalClients
{
    /// <exception cref="StackException">The server does not answer.</exception>
    public static async Task<ITemporalClient> ConnectAsync(TemporalOptions options)
    {
        try
        {
            return await TemporalClient.ConnectAsync(
                new TemporalClientConnectOptions(options.Address) { Namespace = options.Namespace, DataConverter = PaymentWorkflowsJson.DataConverter, Identity = $"pay@{Environment.ProcessId}" }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            throw new StackException($"Temporal at {options.Address} does not answer ({e.Message}); is the stack running (pay status)?", e);
        }
    }
}
