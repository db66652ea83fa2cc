using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Sagas.Payments;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>What reaches a running checkout from outside.</summary>
public sealed partial class CheckoutWorkflow
{
    private readonly ProviderEvents events = new();
    private readonly Queue<Intervention> early = new();
    private CancelSignal? cancel;
    private CaptureSignal? capture;

    [WorkflowUpdate("await_outcome")]
    public async Task<CheckoutAnswer> AwaitOutcomeAsync()
    {
        await Workflow.WaitConditionAsync(() => progress?.Recorded is { } view && (view.Status.IsAnswer() || view.AwaitsProvider), CancellationToken.None);
        return new CheckoutAnswer(Start.CheckoutId, Start.TransactionId, Start.Attempt, Progress.Recorded!);
    }

    [WorkflowSignal("capture")]
    public Task CaptureAsync(CaptureSignal signal)
    {
        capture ??= signal ?? new CaptureSignal(null);
        return Task.CompletedTask;
    }

    [WorkflowSignal("cancel")]
    public Task CancelAsync(CancelSignal signal)
    {
        cancel ??= signal ?? new CancelSignal("no reason given");
        return Task.CompletedTask;
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

    [WorkflowSignal("intervene")]
    public Task InterveneAsync(Intervention intervention)
    {
        // A person may send nothing at all: that is refused in view like any other wrong act.
        var act = intervention ?? new Intervention();
        if (progress is null)
        {
            early.Enqueue(act);
        }
        else
        {
            progress.Holds.Offer(act);
        }

        return Task.CompletedTask;
    }

    [WorkflowQuery("view")]
    public CheckoutView View() => Progress.View;

    private void OfferEarlyActs()
    {
        while (early.TryDequeue(out var act))
        {
            Progress.Holds.Offer(act);
        }
    }
}
