using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Starts and signals checkouts in Temporal. The client should be the one that the process's own saga worker uses, for eager starts.</summary>
public sealed class TemporalCheckoutStarter(ITemporalClient client, EagerStarts eager) : ICheckoutStarter
{
    /// <summary>Memo that tells the runs of one order apart: the business attempt a run was started for.</summary>
    private const string CheckoutMemo = "checkout_id";

    public async Task<StartOutcome> StartAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var input = checkout.Input;
        var options = Options(checkout, cancellationToken);
        // Taking part in a running workflow would be quicker, but it could be the one of a declined attempt that is still finishing.
        options.IdConflictPolicy = WorkflowIdConflictPolicy.Fail;
        options.RequestEagerStart = eager.Allowed;
        try
        {
            await client.StartWorkflowAsync((ICheckoutWorkflow workflow) => workflow.RunAsync(input), options);
            return StartOutcome.Started;
        }
        catch (WorkflowAlreadyStartedException)
        {
            return await RunsForAsync(checkout, cancellationToken) ? StartOutcome.Started : StartOutcome.EarlierAttemptRunning;
        }
    }

    public async Task CancelAsync(StoredCheckout checkout, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var input = checkout.Input;
        var signal = new CancelSignal(reason) { CheckoutId = checkout.Id };
        var options = Options(checkout, cancellationToken);
        options.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        options.SignalWithStart((ICheckoutWorkflow workflow) => workflow.CancelAsync(signal));
        await client.StartWorkflowAsync((ICheckoutWorkflow workflow) => workflow.RunAsync(input), options);
    }

    public async Task CaptureAsync(StoredCheckout checkout, long? amount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var signal = new CaptureSignal(amount) { CheckoutId = checkout.Id };
        await client.GetWorkflowHandle<ICheckoutWorkflow>(checkout.WorkflowId).SignalAsync(
            workflow => workflow.CaptureAsync(signal),
            new WorkflowSignalOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
    }

    private static WorkflowOptions Options(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        var input = checkout.Input;
        var amount = new Money(checkout.View.Amount, input.Currency);
        var attributes = StartAttributes.Of(checkout.TransactionId, input.Merchant, input.Customer, input.Currency)
            .Set(SearchAttributes.PaymentStage, "processing")
            .Set(SearchAttributes.AmountMinor, amount.Minor)
            .Set(SearchAttributes.NeedsAttention, false);
        if (input.Region is { } region)
        {
            attributes.Set(SearchAttributes.Region, region);
        }

        return new WorkflowOptions(checkout.WorkflowId, TaskQueues.Sagas)
        {
            IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
            TypedSearchAttributes = attributes.ToSearchAttributeCollection(),
            Priority = Priorities.Checkout(input.Merchant),
            StaticSummary = $"{amount}, order {input.Order}",
            Memo = new Dictionary<string, object> { [CheckoutMemo] = checkout.Id.ToString() },
            Rpc = new RpcOptions { CancellationToken = cancellationToken },
        };
    }

    /// <summary>
    /// Whether the open workflow of this order was started for this very checkout. When that cannot be told, it is taken for another: a
    /// second start later does no harm, a checkout that nobody starts would.
    /// </summary>
    private async Task<bool> RunsForAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        var handle = client.GetWorkflowHandle(checkout.WorkflowId);
        var run = await handle.DescribeAsync(new WorkflowDescribeOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        return run.Memo.TryGetValue(CheckoutMemo, out var memo) && await memo.ToValueAsync<string>() == checkout.Id.ToString();
    }
}
