using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Compensation;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>A checkout, from price to books: price, tax, authorize (or charge), customer action, capture, ledger, notice.</summary>
[Workflow("Checkout")]
public sealed class CheckoutWorkflow : ICheckoutWorkflow
{
    private readonly CheckoutInput input;
    private readonly ProviderEvents events = new();
    private readonly Saga saga = new();
    private readonly Queue<Intervention> early = new();
    private CheckoutStart? start;
    private CheckoutProgress? progress;
    private CheckoutPayment? payment;
    private CancelSignal? cancel;
    private CaptureSignal? capture;
    private ProviderPayment? taken;
    private Func<Task<UndoResult>>? undoPayment;

    [WorkflowInit]
    public CheckoutWorkflow(CheckoutInput input) => this.input = input;

    private CheckoutStart Start => start ?? throw new InvalidOperationException("The checkout has not begun.");

    private CheckoutProgress Progress => progress ?? throw new InvalidOperationException("The checkout has not begun.");

    private CheckoutPayment Payment => payment ?? throw new InvalidOperationException("The checkout has not begun.");

    private bool StopRequested => cancel is not null || Workflow.CancellationToken.IsCancellationRequested;

    private string BookReference => $"{Workflow.Info.WorkflowId}:capture:{Start.Attempt}";

    [WorkflowRun]
    public async Task<CheckoutResult> RunAsync(CheckoutInput input)
    {
        await BeginAsync();
        IReadOnlyList<CompensationRecord> compensations = [];
        try
        {
            if (!Progress.View.Status.IsFinal())
            {
                await PayAsync();
            }

            StopWhenAsked();
        }
        catch (CheckoutStoppedException stopped)
        {
            compensations = await UndoAsync(stopped);
        }

        await Progress.Holds.FlushRefusedAsync();
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        Workflow.CancellationToken.ThrowIfCancellationRequested();
        return new CheckoutResult(Start.CheckoutId, Start.TransactionId, Start.Attempt, Progress.View, compensations);
    }

    [WorkflowUpdate("await_outcome")]
    public async Task<CheckoutAnswer> AwaitOutcomeAsync()
    {
        await Workflow.WaitConditionAsync(() => progress?.Recorded?.Status.IsAnswer() == true, CancellationToken.None);
        return new CheckoutAnswer(Start.CheckoutId, Start.TransactionId, Start.Attempt, Progress.Recorded!);
    }

    [WorkflowSignal("capture")]
    public Task CaptureAsync(CaptureSignal signal)
    {
        capture ??= signal;
        return Task.CompletedTask;
    }

    [WorkflowSignal("cancel")]
    public Task CancelAsync(CancelSignal signal)
    {
        cancel ??= signal;
        return Task.CompletedTask;
    }

    [WorkflowSignal("provider_event")]
    public Task ProviderEventAsync(ProviderEventSignal signal)
    {
        events.Take(signal);
        return Task.CompletedTask;
    }

    [WorkflowSignal("intervene")]
    public Task InterveneAsync(Intervention intervention)
    {
        if (progress is null)
        {
            early.Enqueue(intervention);
        }
        else
        {
            progress.Holds.Offer(intervention);
        }

        return Task.CompletedTask;
    }

    [WorkflowQuery("view")]
    public CheckoutView View() => Progress.View;

    /// <summary>Finds the row. A run that meets a finished checkout has nothing to do but answer - or to undo, when that is asked.</summary>
    private async Task BeginAsync()
    {
        var rows = new StepRunner(input.Placement ?? Placement.Lean);
        start = await rows.RunAsync(ActivityProfiles.Rows, (ICheckoutActivities activities) => activities.BeginAsync(input), "begin");
        var steps = new StepRunner(start.Placement);
        progress = new CheckoutProgress(input, start, steps);
        payment = new CheckoutPayment(input, start, steps, progress, new UnknownResolver(events, start.Policies.UnknownDeadline), () => StopRequested);
        while (early.TryDequeue(out var act))
        {
            progress.Holds.Offer(act);
        }

        if (progress.View.Status != CheckoutStatus.Processing)
        {
            progress.AlreadyRecorded();
        }

        if (progress.View.Status == CheckoutStatus.Completed)
        {
            RegisterUndo();
        }
    }

    private async Task PayAsync()
    {
        Progress.Note(CheckoutStep.Price, StepStatus.Done);
        Progress.Note(CheckoutStep.Tax, StepStatus.Skipped);
        StopWhenAsked();

        RegisterUndo();
        var decision = await Payment.Authorize().RunAsync();
        if (decision is PaymentDecision.AwaitCustomer wanted)
        {
            decision = await AwaitCustomerAsync(wanted);
        }

        switch (decision)
        {
            case PaymentDecision.Captured captured:
                NoteAuthorized(captured.Payment);
                Take(captured.Payment);
                break;
            case PaymentDecision.Authorized authorized:
                NoteAuthorized(authorized.Payment);
                await AwaitCaptureAsync(authorized.Payment);
                break;
            case PaymentDecision.Decline decline:
                await DeclineAsync(decline);
                return;
            default:
                throw new InvalidOperationException($"The payment ended as {decision}.");
        }

        StopWhenAsked();
        await CompleteAsync();
    }

    /// <summary>The customer authenticates; the provider's event says when to look. Past the expiry there is one last look.</summary>
    private async Task<PaymentDecision> AwaitCustomerAsync(PaymentDecision.AwaitCustomer wanted)
    {
        var deadline = Earlier(wanted.Action.ExpiresAt, Workflow.UtcNow + Start.Policies.CustomerActionExpiry);
        var action = wanted.Action with { ExpiresAt = deadline };
        Progress.Know(wanted.Payment);
        Progress.Note(CheckoutStep.Intent, StepStatus.Done, wanted.Payment.Id);
        Progress.Note(CheckoutStep.CustomerAction, StepStatus.Unknown);
        await Progress.RecordAsync(view => view with { Status = CheckoutStatus.RequiresAction, NextAction = action }, "checkout.requires_action");
        while (true)
        {
            var known = events.Count;
            var inTime = await WaitUntilAsync(() => events.Count > known, deadline);
            var decision = await Payment.LookAgainAsync();
            if (decision is PaymentDecision.AwaitCustomer && inTime)
            {
                continue;
            }

            if (decision is PaymentDecision.AwaitCustomer)
            {
                Progress.Note(CheckoutStep.CustomerAction, StepStatus.Failed);
                throw new CheckoutStoppedException(CheckoutStatus.Expired, $"The customer did not act by {deadline:O}.");
            }

            Progress.Note(CheckoutStep.CustomerAction, decision is PaymentDecision.Decline ? StepStatus.Failed : StepStatus.Done);
            return decision is PaymentDecision.Captured or PaymentDecision.Authorized or PaymentDecision.Decline
                ? decision
                : await Payment.Authorize().RunAsync();
        }
    }

    /// <summary>The merchant captures, or the authorization lapses.</summary>
    private async Task AwaitCaptureAsync(ProviderPayment authorized)
    {
        var deadline = Earlier(authorized.CaptureBefore, Workflow.UtcNow + Start.Policies.AuthorizationExpiry);
        await Progress.RecordAsync(view => view with { Status = CheckoutStatus.RequiresCapture, NextAction = null }, "checkout.authorized");
        while (capture is null)
        {
            var known = events.Count;
            var inTime = await WaitUntilAsync(() => capture is not null || events.Count > known, deadline);
            var ended = capture is null && events.Count > known
                && await Payment.ReadAsync(authorized.Id) is MoneyVerdict.Succeeded { Payment.State: PaymentState.Canceled };
            if (!inTime || ended)
            {
                throw new CheckoutStoppedException(CheckoutStatus.Expired, ended ? "The authorization ended at the provider." : $"Nobody captured by {deadline:O}.");
            }
        }

        var amount = capture.Amount is { } part ? new Money(part, input.Currency) : Progress.Amount;
        switch (await Payment.Capture(authorized, amount).RunAsync())
        {
            case PaymentDecision.Captured captured:
                Take(captured.Payment);
                break;
            case PaymentDecision.Decline decline:
                throw new CheckoutStoppedException(CheckoutStatus.Declined, decline.Why.Message, decline.Why);
            case var other:
                throw new InvalidOperationException($"The capture ended as {other}.");
        }
    }

    /// <summary>Books the money and says so; only now the checkout is completed.</summary>
    private async Task CompleteAsync()
    {
        var money = taken ?? throw new InvalidOperationException("Completed without money.");
        Progress.Note(CheckoutStep.Ledger, StepStatus.Done, BookReference);
        Progress.Note(CheckoutStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => view with { Status = CheckoutStatus.Completed, NextAction = null, AmountCaptured = money.Captured.Minor, CompletedAt = Workflow.UtcNow },
            "checkout.completed",
            new LedgerFact.PaymentCaptured(BookReference, Workflow.UtcNow, money.Provider, money.Captured, money.Fee));
    }

    /// <summary>A refused payment leaves nothing to undo.</summary>
    private async Task DeclineAsync(PaymentDecision.Decline decline)
    {
        saga.Forget();
        if (decline.Payment is { } known)
        {
            Progress.Know(known);
            Progress.Note(CheckoutStep.Intent, StepStatus.Done, known.Id);
        }

        Progress.Note(CheckoutStep.Authorize, StepStatus.Failed);
        Progress.Note(CheckoutStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => view with { Status = CheckoutStatus.Declined, NextAction = null, Decline = decline.Why, CompletedAt = Workflow.UtcNow }, "checkout.declined");
    }

    private async Task<IReadOnlyList<CompensationRecord>> UndoAsync(CheckoutStoppedException stopped)
    {
        Workflow.Logger.LogUndoing(stopped.Message);
        CheckoutProgress.ShowStage("compensating");
        if (stopped.Status == CheckoutStatus.Canceled)
        {
            await Progress.AuditAsync(new AuditLineDraft("checkout.cancel_requested", stopped.Message));
        }

        var booked = Progress.Recorded is { Status: CheckoutStatus.Completed };
        var undo = new CheckoutUndo(Payment, Progress, BookReference);
        undoPayment = () => undo.UndoPaymentAsync(stopped.Message);
        var records = await saga.CompensateAsync(undo.ParkAsync);
        foreach (var record in records.Where(record => record.Outcome == CompensationOutcome.Undone))
        {
            Progress.Note(CheckoutStep.Authorize, StepStatus.Undone, record.Reference);
        }

        var facts = undo.Facts(booked, taken);
        if (facts.Count > 0)
        {
            var reversed = facts.OfType<LedgerFact.CaptureReversed>().Any();
            Progress.Note(CheckoutStep.Ledger, reversed ? StepStatus.Undone : StepStatus.Done, facts[^1].Reference);
            records = reversed ? [.. records, new CompensationRecord("ledger", CompensationOutcome.Undone, facts[^1].Reference, "reversed by another entry")] : records;
        }

        await Progress.RecordAsync(
            view => view with
            {
                Status = stopped.Status,
                NextAction = null,
                Decline = stopped.Decline,
                AmountCaptured = taken?.Captured.Minor ?? Math.Max(view.AmountCaptured, undo.Returned),
                AmountRefunded = view.AmountRefunded + undo.Returned,
                CompletedAt = Workflow.UtcNow,
            },
            $"checkout.{HoldRules.Name(stopped.Status)}",
            facts);
        return records;
    }

    private void RegisterUndo() => saga.Register("authorize", () => undoPayment?.Invoke() ?? throw new InvalidOperationException("Undone before it stopped."));

    private void Take(ProviderPayment captured)
    {
        taken = captured;
        Progress.Note(CheckoutStep.Capture, StepStatus.Done, captured.ChargeId);
    }

    private void NoteAuthorized(ProviderPayment authorized)
    {
        Progress.Know(authorized);
        Progress.Note(CheckoutStep.Intent, StepStatus.Done, authorized.Id);
        Progress.Note(CheckoutStep.Authorize, StepStatus.Done, authorized.ChargeId ?? authorized.Id);
    }

    /// <summary>Waits until the condition, the deadline (false) or a request to stop.</summary>
    private async Task<bool> WaitUntilAsync(Func<bool> condition, DateTimeOffset deadline)
    {
        var left = deadline - Workflow.UtcNow;
        var inTime = left > TimeSpan.Zero && await Workflow.WaitConditionAsync(() => condition() || StopRequested, left, CancellationToken.None);
        StopWhenAsked();
        return inTime;
    }

    private void StopWhenAsked()
    {
        if (StopRequested && Progress.View.Status is not (CheckoutStatus.Declined or CheckoutStatus.Expired or CheckoutStatus.Canceled or CheckoutStatus.Failed))
        {
            throw new CheckoutStoppedException(CheckoutStatus.Canceled, cancel?.Reason ?? "The workflow was canceled.");
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } first && first < other ? first : other;
}
