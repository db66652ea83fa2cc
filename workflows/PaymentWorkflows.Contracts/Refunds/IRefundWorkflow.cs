using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using Temporalio.Workflows;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>A refund from reservation to books. Its workflow id is <see cref="WorkflowIds.Refund"/>.</summary>
[Workflow("Refund")]
public interface IRefundWorkflow
{
    [WorkflowRun]
    Task<RefundResult> RunAsync(RefundInput input);

    /// <summary>Waits until the refund is pending at the provider, has ended, or is held. Made for update-with-start.</summary>
    [WorkflowUpdate("await_outcome")]
    Task<RefundView> AwaitOutcomeAsync();

    /// <summary>Something happened at the provider; de-duplicated by event id.</summary>
    [WorkflowSignal("provider_event")]
    Task ProviderEventAsync(ProviderEventSignal signal);

    /// <summary>A person's act on a held refund.</summary>
    [WorkflowSignal(HoldNames.Signal)]
    Task InterveneAsync(Intervention intervention);

    /// <summary>The refund's state now.</summary>
    [WorkflowQuery("view")]
    RefundView View();

    /// <summary>What waits for a person, and what became of the acts that came.</summary>
    [WorkflowQuery(HoldNames.Query)]
    HoldsView Holds();
}
