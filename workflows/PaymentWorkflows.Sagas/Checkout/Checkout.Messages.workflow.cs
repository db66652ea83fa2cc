using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Payments;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>What reaches a running checkout from outside.</summary>
public sealed partial class CheckoutWorkflow
{
    private readonly ProviderEvents events = new();
    private readonly ActLog acts = new();
    private readonly ActIntake intake = new();
    private readonly Dictionary<RefundId, RefundView> refundOutcomes = [];
    private CancelSignal? cancel;
    private CaptureSignal? capture;

    [WorkflowUpdate("await_outcome")]
    public async Task<CheckoutAnswer> AwaitOutcomeAsync()
    {
        await Workflow.WaitConditionAsync(() => progress?.Recorded is { TellsTheCaller: true }, CancellationToken.None);
        return new CheckoutAnswer(Start.CheckoutId, Start.TransactionId, Start.Attempt, Progress.Recorded!);
    }

    [WorkflowSignal("capture")]
    public Task CaptureAsync(CaptureSignal signal)
    {
        if (IsOfAnother(signal?.CheckoutId, "capture"))
        {
            return Task.CompletedTask;
        }

        // One that cannot be captured does not stand in the way of one that can.
        if (capture is not null && progress is not null)
        {
            Refuses(capture);
        }

        capture ??= signal ?? new CaptureSignal(null);
        return Task.CompletedTask;
    }

    [WorkflowSignal("cancel")]
    public Task CancelAsync(CancelSignal signal)
    {
        if (!IsOfAnother(signal?.CheckoutId, "cancel"))
        {
            cancel ??= signal ?? new CancelSignal("no reason given");
        }

        return Task.CompletedTask;
    }

    /// <summary>The runs of an order share their workflow id, so that what was meant for an earlier attempt may reach a later one: it is refused in view.</summary>
    private bool IsOfAnother(CheckoutId? meant, string signal)
    {
        if (meant is null || (input.CheckoutId ?? start?.CheckoutId) is not { } mine || meant == mine)
        {
            return false;
        }

        acts.ShowRefusal($"The signal '{signal}' was for {meant}, an earlier attempt at this order.");
        progress?.ShowDetails();
        return true;
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

    [WorkflowSignal("refund_outcome")]
    public Task RefundOutcomeAsync(RefundOutcomeSignal signal)
    {
        if (signal is not null)
        {
            refundOutcomes[signal.RefundId] = signal.View;
        }

        return Task.CompletedTask;
    }

    /// <summary>A person's act, taken as it was sent: one that cannot be read is refused in view and not dropped.</summary>
    [WorkflowSignal(HoldNames.Signal, Description = "A person's act on a hold; the current details have the input to send.")]
    public Task InterveneAsync(IRawValue? act = null, IRawValue? more = null) => intake.TakeAsync(SentActReader.Read(act, more));

    /// <summary>What callers compile against; they send what the method above reads.</summary>
    Task ICheckoutWorkflow.InterveneAsync(Intervention intervention) => intake.TakeAsync(new SentAct(intervention));

    /// <summary>A signal of a name that is not known here: the person who sent it sees so.</summary>
    [WorkflowSignal(Dynamic = true, Description = "Any other name is shown as refused.")]
    public Task UnknownSignalAsync(string name, IRawValue[] input)
    {
        acts.ShowUnknownSignal(name, $"cancel, capture, {HoldNames.Signal}, provider_event");
        progress?.ShowDetails();
        return Task.CompletedTask;
    }

    [WorkflowQuery("view")]
    public CheckoutView View() => Progress.View;

    [WorkflowQuery(HoldNames.Query)]
    public HoldsView Holds() => acts.View(progress?.Holds.All);
}
