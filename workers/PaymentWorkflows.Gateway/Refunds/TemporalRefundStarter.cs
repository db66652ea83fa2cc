using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>Starts refunds in Temporal, in the queue of their own workers.</summary>
public sealed class TemporalRefundStarter(ITemporalClient client) : IRefundStarter
{
    public async Task StartAsync(StoredRefund refund, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(refund);
        var input = refund.Input;
        var options = Options(refund, cancellationToken);
        options.IdConflictPolicy = WorkflowIdConflictPolicy.Fail;
        try
        {
            await client.StartWorkflowAsync((IRefundWorkflow workflow) => workflow.RunAsync(input), options);
        }
        catch (WorkflowAlreadyStartedException)
        {
            // A refund's id names one refund only: it is this one that runs.
        }
    }

    public async Task ReopenAsync(StoredRefund refund, ProviderEventSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(refund);
        var input = refund.Input;
        var options = Options(refund, cancellationToken);
        options.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        options.SignalWithStart((IRefundWorkflow workflow) => workflow.ProviderEventAsync(signal));
        await client.StartWorkflowAsync((IRefundWorkflow workflow) => workflow.RunAsync(input), options);
    }

    private static WorkflowOptions Options(StoredRefund refund, CancellationToken cancellationToken)
    {
        var amount = new Money(refund.View.Amount, refund.Currency);
        return new WorkflowOptions(refund.WorkflowId, TaskQueues.Refunds)
        {
            IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
            TypedSearchAttributes = StartAttributes.Of(refund.TransactionId, refund.Merchant, refund.Customer, refund.Currency)
                .Set(SearchAttributes.PaymentStage, "refund_processing")
                .Set(SearchAttributes.AmountMinor, amount.Minor)
                .Set(SearchAttributes.NeedsAttention, false)
                .ToSearchAttributeCollection(),
            Priority = Priorities.Refund(refund.Merchant),
            StaticSummary = $"{amount}, refund of {refund.CheckoutId}",
            Rpc = new RpcOptions { CancellationToken = cancellationToken },
        };
    }
}
