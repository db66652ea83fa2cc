using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using Temporalio.Workflows;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>A checkout from price to books. Its workflow id is <see cref="WorkflowIds.Checkout"/>.</summary>
[Workflow("Checkout")]
public interface ICheckoutWorkflow
{
    [WorkflowRun]
    Task<CheckoutResult> RunAsync(CheckoutInput input);

    /// <summary>Waits until the customer can be told something. Made for update-with-start.</summary>
    [WorkflowUpdate("await_outcome")]
    Task<CheckoutAnswer> AwaitOutcomeAsync();

    /// <summary>Takes the money of a manual capture.</summary>
    [WorkflowSignal("capture")]
    Task CaptureAsync(CaptureSignal signal);

    /// <summary>Undoes what was done and ends the checkout.</summary>
    [WorkflowSignal("cancel")]
    Task CancelAsync(CancelSignal signal);

    /// <summary>Something happened at the provider; de-duplicated by event id.</summary>
    [WorkflowSignal("provider_event")]
    Task ProviderEventAsync(ProviderEventSignal signal);

    /// <summary>A refund that this checkout started to undo itself knows its outcome; its documents may still follow.</summary>
    [WorkflowSignal("refund_outcome")]
    Task RefundOutcomeAsync(RefundOutcomeSignal signal);

    /// <summary>A person's act on a held checkout.</summary>
    [WorkflowSignal(HoldNames.Signal)]
    Task InterveneAsync(Intervention intervention);

    /// <summary>The checkout's state now.</summary>
    [WorkflowQuery("view")]
    CheckoutView View();

    /// <summary>What waits for a person, and what became of the acts that came.</summary>
    [WorkflowQuery(HoldNames.Query)]
    HoldsView Holds();
}

/// <summary>Asks for the capture of an authorized checkout.</summary>
/// <param name="Amount">Minor units; null takes all that is authorized.</param>
public sealed record CaptureSignal(long? Amount)
{
    /// <summary>The business attempt that is meant; another one refuses it. Null means whichever runs.</summary>
    public CheckoutId? CheckoutId { get; init; }
}

/// <summary>Asks to undo a checkout.</summary>
/// <param name="Reason">Why, for the audit trail.</param>
public sealed record CancelSignal(string Reason)
{
    /// <summary>The business attempt that is meant; another one refuses it. Null means whichever runs.</summary>
    public CheckoutId? CheckoutId { get; init; }
}
