using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Payments;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>What reaches a running refund from outside.</summary>
public sealed partial class RefundWorkflow
{
    private readonly ProviderEvents events = new();
    private readonly ActLog acts = new();
    private readonly ActIntake intake = new();
    private bool cancelRequested;

    /// <summary>A refund whose money may be on its way is not called back; whoever asks is told so.</summary>
    private void TakeCancellation()
    {
        cancelRequested = true;
        acts.ShowRefusal("A refund is canceled only while it is certain that no money has gone back. It goes on, and is canceled when the provider refuses it.");
        progress?.ShowDetails();
    }

    [WorkflowUpdate("await_outcome")]
    public async Task<RefundView> AwaitOutcomeAsync()
    {
        await Workflow.WaitConditionAsync(() => progress?.Recorded is { TellsTheCaller: true }, CancellationToken.None);
        return Progress.Recorded!;
    }

    [WorkflowSignal("provider_event")]
    public Task ProviderEventAsync(ProviderEventSignal signal)
    {
        if (signal is not null)
        {
            events.Take(signal);
        }

        return Task.CompletedTask;
    }

    /// <summary>A person's act, taken as it was sent: one that cannot be read is refused in view and not dropped.</summary>
    [WorkflowSignal(HoldNames.Signal, Description = "A person's act on a hold; the current details have the input to send.")]
    public Task InterveneAsync(IRawValue? act = null, IRawValue? more = null) => intake.TakeAsync(SentActReader.Read(act, more));

    /// <summary>What callers compile against; they send what the method above reads.</summary>
    Task IRefundWorkflow.InterveneAsync(Intervention intervention) => intake.TakeAsync(new SentAct(intervention));

    /// <summary>A signal of a name that is not known here: the person who sent it sees so.</summary>
    [WorkflowSignal(Dynamic = true, Description = "Any other name is shown as refused.")]
    public Task UnknownSignalAsync(string name, IRawValue[] input)
    {
        acts.ShowUnknownSignal(name, $"{HoldNames.Signal}, provider_event");
        progress?.ShowDetails();
        return Task.CompletedTask;
    }

    [WorkflowQuery("view")]
    public RefundView View() => Progress.View;

    [WorkflowQuery(HoldNames.Query)]
    public HoldsView Holds() => acts.View(progress?.Holds.All);
}
