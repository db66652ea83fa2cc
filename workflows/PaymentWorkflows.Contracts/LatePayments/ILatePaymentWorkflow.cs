using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace PaymentWorkflows.Contracts.LatePayments;

/// <summary>Money that came after its checkout had ended: booked as owed to the customer, and given back.</summary>
[Workflow("LatePayment")]
public interface ILatePaymentWorkflow
{
    [WorkflowRun]
    Task<LatePaymentView> RunAsync(LatePaymentInput input);

    /// <summary>Something happened at the provider; de-duplicated by event id.</summary>
    [WorkflowSignal("provider_event")]
    Task ProviderEventAsync(ProviderEventSignal signal);

    /// <summary>A person's act on a second payment that the provider does not give back.</summary>
    [WorkflowSignal(HoldNames.Signal)]
    Task InterveneAsync(Intervention intervention);

    /// <summary>Its state now.</summary>
    [WorkflowQuery("view")]
    LatePaymentView View();

    /// <summary>What waits for a person, and what became of the acts that came.</summary>
    [WorkflowQuery(HoldNames.Query)]
    HoldsView Holds();
}

/// <summary>The step that writes late money down.</summary>
public interface ILatePaymentActivities
{
    /// <summary>
    /// Writes it once: money that the row and the books know already is left as it is. A payment beside the one that the checkout took is
    /// in the books alone. Null in the histories of builds that told nothing.
    /// </summary>
    [Activity("record_late_payment")]
    Task<LatePaymentRecorded?> RecordAsync(LatePaymentRecord record);
}
