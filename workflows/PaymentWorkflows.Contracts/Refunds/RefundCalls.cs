using PaymentWorkflows.Domain;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>A refund for .NET callers: one call from the wish to the answer, without the Gateway.</summary>
public static class RefundCalls
{
    /// <summary>
    /// Starts the refund, or finds the one of the same id, and waits until something can be told: pending at the provider, succeeded,
    /// failed, or held for a person. A repeat with the same id gives the same refund.
    /// </summary>
    /// <param name="client">A client with <see cref="PaymentWorkflowsJson.DataConverter"/>.</param>
    /// <param name="input">What is to be given back.</param>
    /// <param name="cancellationToken">Stops the waiting, not the refund.</param>
    /// <exception cref="WorkflowFailedException">It cannot be made: <see cref="ErrorTypes.InvalidRefund"/>.</exception>
    /// <exception cref="RpcException">The server cannot be reached.</exception>
    public static async Task<RefundView> RefundAsync(this ITemporalClient client, RefundInput input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(input);
        var start = WithStartWorkflowOperation.Create(
            (IRefundWorkflow workflow) => workflow.RunAsync(input),
            new WorkflowOptions(WorkflowIds.Refund(input.RefundId), TaskQueues.Refunds)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                Priority = Priorities.Refund(input.Merchant),
                StaticSummary = $"refund of {input.CheckoutId}",
            });
        try
        {
            return await client.ExecuteUpdateWithStartWorkflowAsync(
                (IRefundWorkflow workflow) => workflow.AwaitOutcomeAsync(),
                new WorkflowUpdateWithStartOptions(start) { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        }
        catch (Exception lost) when (LostAnswers.Is(lost) && !cancellationToken.IsCancellationRequested)
        {
            // The workflow runs or has just ended: its answer is still to be had, and nothing may be started anew.
            return await RefundAnswerAsync(client, input.RefundId, cancellationToken);
        }
    }

    /// <summary>The answer of a refund: waited for while it runs, read from its result when it has ended.</summary>
    /// <param name="client">A client with <see cref="PaymentWorkflowsJson.DataConverter"/>.</param>
    /// <param name="refund">The refund.</param>
    /// <param name="cancellationToken">Stops the waiting, not the refund.</param>
    /// <exception cref="WorkflowFailedException">It ended without an answer.</exception>
    /// <exception cref="RpcException">There is no such workflow, or the server cannot be reached.</exception>
    public static async Task<RefundView> RefundAnswerAsync(this ITemporalClient client, RefundId refund, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var handle = client.GetWorkflowHandle<IRefundWorkflow, RefundResult>(WorkflowIds.Refund(refund));
        return await RunningAnswers.OfAsync(
            handle,
            rpc => handle.ExecuteUpdateAsync(workflow => workflow.AwaitOutcomeAsync(), new WorkflowUpdateOptions { Rpc = rpc }),
            async rpc => (await handle.GetResultAsync(rpcOptions: rpc)).View,
            cancellationToken);
    }
}
