using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Contracts.Refunds;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Takes care of payments that a provider tells of after their checkout had ended without money.</summary>
public interface IEndedSagas
{
    /// <summary>Sees to it that the money, if there is any, is booked and given back; once for a payment. Gives the id of the workflow that does it.</summary>
    Task<string> TakeUpAsync(StoredCheckout checkout, string paymentId, CancellationToken cancellationToken);
}

/// <summary>The same, by a workflow of its own for each payment.</summary>
public sealed class EndedSagas(ITemporalClient client) : IEndedSagas
{
    public async Task<string> TakeUpAsync(StoredCheckout checkout, string paymentId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var policies = checkout.Input.Policies ?? throw new InvalidOperationException($"Checkout {checkout.Id} was stored without policies.");
        var input = new LatePaymentInput
        {
            CheckoutId = checkout.Id,
            TransactionId = checkout.TransactionId,
            Merchant = checkout.Input.Merchant,
            PaymentId = paymentId,
            Placement = checkout.Input.Placement ?? Placement.Lean,
            Policies = new RefundPolicies(policies.UnknownDeadline, policies.HoldDeadline),
        };
        var options = Options(checkout, paymentId);
        options.Rpc = new RpcOptions { CancellationToken = cancellationToken };
        try
        {
            await client.StartWorkflowAsync((ILatePaymentWorkflow workflow) => workflow.RunAsync(input), options);
        }
        catch (WorkflowAlreadyStartedException)
        {
            // An earlier event told of it; what was found then is not found twice.
        }

        return options.Id!;
    }

    private static WorkflowOptions Options(StoredCheckout checkout, string paymentId) => new(WorkflowIds.LatePayment(paymentId), TaskQueues.Sagas)
    {
        IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
        IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
        Priority = Priorities.Refund(checkout.Input.Merchant),
        StaticSummary = $"paid after the end of order {checkout.Input.Order}",
        TypedSearchAttributes = StartAttributes.Of(checkout.TransactionId, checkout.Input.Merchant, checkout.Input.Customer, checkout.Input.Currency)
            .ToSearchAttributeCollection(),
    };
}
