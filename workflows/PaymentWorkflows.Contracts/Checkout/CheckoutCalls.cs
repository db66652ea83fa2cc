using PaymentWorkflows.Domain.Checkout;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>A checkout for .NET callers: one call from the purchase to the answer, without the Gateway.</summary>
public static class CheckoutCalls
{
    /// <summary>
    /// Starts the checkout, or finds the one of the same order, and waits until the customer can be told: authorized, action required,
    /// requires capture, declined or completed. A repeat of an order that is being or has been paid gives the first answer; after a
    /// decline it is a new attempt, so a caller that lost its answer asks <see cref="AnswerAsync"/> instead of calling this again.
    /// </summary>
    /// <param name="client">A client with <see cref="PaymentWorkflowsJson.DataConverter"/>.</param>
    /// <param name="input">The purchase.</param>
    /// <param name="cancellationToken">Stops the waiting, not the checkout.</param>
    /// <exception cref="WorkflowFailedException">The checkout cannot be: <see cref="ErrorTypes.InvalidCheckout"/> or <see cref="ErrorTypes.OrderAlreadyExists"/>.</exception>
    /// <exception cref="RpcException">The server cannot be reached.</exception>
    public static async Task<CheckoutAnswer> CheckoutAsync(this ITemporalClient client, CheckoutInput input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(input);
        var id = WorkflowIds.Checkout(input.Merchant, input.Order);
        var start = WithStartWorkflowOperation.Create(
            (ICheckoutWorkflow workflow) => workflow.RunAsync(input),
            new WorkflowOptions(id, TaskQueues.Sagas)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                Priority = Priorities.Checkout(input.Merchant),
                StaticSummary = Summary(input),
            });
        try
        {
            return await client.ExecuteUpdateWithStartWorkflowAsync(
                (ICheckoutWorkflow workflow) => workflow.AwaitOutcomeAsync(),
                new WorkflowUpdateWithStartOptions(start) { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        }
        catch (Exception lost) when (LostAnswers.Is(lost) && !cancellationToken.IsCancellationRequested)
        {
            // The workflow runs or has just ended: its answer is still to be had, and nothing may be started anew.
            return await AnswerAsync(client, id, cancellationToken);
        }
    }

    /// <summary>The answer of an order's newest checkout: waited for while it runs, read from its result when it has ended.</summary>
    /// <param name="client">A client with <see cref="PaymentWorkflowsJson.DataConverter"/>.</param>
    /// <param name="workflowId">See <see cref="WorkflowIds.Checkout"/>.</param>
    /// <param name="cancellationToken">Stops the waiting, not the checkout.</param>
    /// <exception cref="WorkflowFailedException">It ended without an answer.</exception>
    /// <exception cref="RpcException">There is no such workflow, or the server cannot be reached.</exception>
    public static async Task<CheckoutAnswer> AnswerAsync(this ITemporalClient client, string workflowId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var handle = client.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(workflowId);
        return await RunningAnswers.OfAsync(
            handle,
            rpc => handle.ExecuteUpdateAsync(workflow => workflow.AwaitOutcomeAsync(), new WorkflowUpdateOptions { Rpc = rpc }),
            async rpc =>
            {
                var result = await handle.GetResultAsync(rpcOptions: rpc);
                return new CheckoutAnswer(result.CheckoutId, result.TransactionId, result.Attempt, result.View);
            },
            cancellationToken);
    }

    /// <summary>What the Web UI shows of it: the price before tax, and the order.</summary>
    private static string Summary(CheckoutInput input)
    {
        try
        {
            return $"{Pricing.Price(input.Lines, input.Currency)}, order {input.Order}";
        }
        catch (PricingException)
        {
            // The workflow itself says what is wrong with the lines.
            return $"order {input.Order}";
        }
    }
}
