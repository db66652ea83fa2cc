using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Compensation;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>A checkout, from price to books: price, tax, authorize (or charge), customer action, capture, ledger, notice.</summary>
[Workflow("Checkout")]
public sealed partial class CheckoutWorkflow : ICheckoutWorkflow
{
    private readonly CheckoutInput input;
    private readonly Saga saga = new();
    private BeginCheckout? begin;
    private int begins;
    private CheckoutStart? start;
    private CheckoutProgress? progress;
    private CheckoutPayment? payment;
    private ProviderPayment? taken;
    private Func<Task<UndoResult>>? undoPayment;
    private Func<Task<UndoResult>>? undoReservation;
    private CheckoutStoppedException? stopping;

    [WorkflowInit]
    public CheckoutWorkflow(CheckoutInput input) => this.input = input;

    private CheckoutStart Start => start ?? throw new InvalidOperationException("The checkout has not begun.");

    private CheckoutProgress Progress => progress ?? throw new InvalidOperationException("The checkout has not begun.");

    private CheckoutPayment Payment => payment ?? throw new InvalidOperationException("The checkout has not begun.");

    private string BookReference => LedgerReferences.Capture(Workflow.Info.WorkflowId, Start.Attempt);

    [WorkflowRun]
    public async Task<CheckoutResult> RunAsync(CheckoutInput input)
    {
        _ = CancellationWatch.RunAsync(() => cancel ??= new CancelSignal("The workflow was canceled."));
        await BeginAsync();
        IReadOnlyList<CompensationRecord> compensations;
        do
        {
            compensations = await RunToItsEndAsync();
            await FinishDocumentsAsync();
            await Progress.Holds.FlushRefusedAsync();
            await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        }
        while (StopRequested && Progress.View.Status.CanBeUndone()); // A cancel that came in these last waits is heard, too.
        Workflow.Logger.LogEnded(HoldRules.Name(Progress.View.Status), Progress.Amount.ToString());
        Workflow.CancellationToken.ThrowIfCancellationRequested();
        return new CheckoutResult(Start.CheckoutId, Start.TransactionId, Start.Attempt, Progress.View, compensations);
    }

    /// <summary>Pays, or undoes what was done. A row that was finished by a lost task is taken as it is, and looked at again.</summary>
    private async Task<IReadOnlyList<CompensationRecord>> RunToItsEndAsync()
    {
        while (true)
        {
            try
            {
                return await PayOrUndoAsync();
            }
            catch (CheckoutSettledException)
            {
                await BeginAsync();
            }
            catch (FailureException failure) when (StepFailure.IsBrokenRule(failure))
            {
                await HoldForRepairAsync(StepFailure.Message(failure));
            }
        }
    }

    /// <summary>A mistake in our code must not leave a checkout that nobody looks at: it waits for a repaired build, or is undone.</summary>
    private async Task HoldForRepairAsync(string message)
    {
        var decided = await Progress.Holds.WaitAsync("checkout", HoldReason.BrokenRule, message)
            ?? throw new InvalidOperationException("A broken rule's hold ended without a decision.");
        await BeginAsync();
        if (decided.Action == HoldAction.Compensate)
        {
            stopping ??= new CheckoutStoppedException(CheckoutStatus.Failed, $"{decided.Actor}: {decided.Reason}");
        }
    }

    private async Task<IReadOnlyList<CompensationRecord>> PayOrUndoAsync()
    {
        if (!Progress.View.Status.CanBeUndone())
        {
            return [];
        }

        try
        {
            if (stopping is null)
            {
                if (!Progress.View.Status.IsFinal())
                {
                    await PayAsync();
                }

                StopWhenAsked();
                await FollowUpAsync();
                StopWhenAsked();
                return [];
            }
        }
        catch (CheckoutStoppedException stopped)
        {
            stopping = stopped;
        }

        return await UndoAsync(stopping);
    }

    /// <summary>Finds the row. A run that meets a finished checkout has nothing to do but answer - or to undo, when that is asked.</summary>
    private async Task BeginAsync()
    {
        var rows = new StepRunner(input.Placement ?? Placement.Lean);
        begin ??= new BeginCheckout
        {
            Input = input,
            NewCheckoutId = CheckoutId.Parse("chk_" + IdText.Of(Workflow.NewGuid())),
            NewTransactionId = TransactionId.Parse("txn_" + IdText.Of(Workflow.NewGuid())),
        };
        if (begins == 0)
        {
            CalculateTaxAhead(rows);
        }

        start = await rows.RunAsync(ActivityProfiles.Rows, (ICheckoutActivities activities) => activities.BeginAsync(begin), "begin");
        var steps = new StepRunner(start.Placement);
        progress = new CheckoutProgress(input, start, steps, ++begins, acts);
        payment = new CheckoutPayment(input with { Method = start.Method ?? input.Method }, start, steps, progress, new UnknownResolver(events, start.Policies.UnknownDeadline), () => StopRequested);
        await intake.OpenAsync(Progress.Holds);
        if (Progress.View.Status != CheckoutStatus.Processing)
        {
            Progress.AlreadyRecorded();
        }

        // Before anything is done, because an earlier run of these steps, whose end was lost, may have done it already.
        saga.Forget();
        if (Progress.View.Status.CanBeUndone())
        {
            saga.Register("authorize", () => undoPayment?.Invoke() ?? throw new InvalidOperationException("Undone before it stopped."));
            if (Start.Policies.Reserves)
            {
                saga.Register(CheckoutUndo.ReserveStep, () => undoReservation?.Invoke() ?? throw new InvalidOperationException("Undone before it stopped."));
            }
        }
    }

    private async Task PayAsync()
    {
        Progress.Note(CheckoutStep.Price, StepStatus.Done);
        StopWhenAsked();
        if (!await TaxAsync())
        {
            return;
        }

        StopWhenAsked();
        var decision = await Payment.Authorize().RunAsync();
        while (decision is PaymentDecision.AwaitCustomer or PaymentDecision.AwaitProvider)
        {
            decision = decision is PaymentDecision.AwaitCustomer wanted ? await AwaitCustomerAsync(wanted) : await AwaitProviderAsync((PaymentDecision.AwaitProvider)decision);
        }

        switch (decision)
        {
            case PaymentDecision.Captured captured:
                NoteAuthorized(captured.Payment);
                Take(captured.Payment);
                await SayMoneyIsHereAsync();
                await PassSafeguardsAsync(captured.Payment);
                break;
            case PaymentDecision.Authorized authorized:
                NoteAuthorized(authorized.Payment);
                await CaptureWhenToldAsync(authorized.Payment);
                break;
            case PaymentDecision.Decline { Why.TellsExpiry: true } expired:
                throw new CheckoutStoppedException(CheckoutStatus.Expired, expired.Why.Message);
            case PaymentDecision.Decline decline:
                await DeclineAsync(decline, CheckoutStep.Authorize);
                return;
            case PaymentDecision.Ended ended:
                Progress.Know(ended.Payment);
                throw new CheckoutStoppedException(CheckoutStatus.Canceled, "The payment was canceled at the provider.");
            default:
                throw new InvalidOperationException($"The payment ended as {decision}.");
        }

        StopWhenAsked();
        await CompleteAsync();
    }

    private async Task CaptureWhenToldAsync(ProviderPayment authorized)
    {
        if (Start.Policies.Reviews || Start.Policies.Reserves)
        {
            await Progress.RecordAsync(view => view with { Status = CheckoutStatus.Authorized, NextAction = null }, "checkout.authorized");
            await PassSafeguardsAsync(authorized);
        }

        var amount = input.Capture == CaptureMode.Manual ? await AwaitCaptureAsync(authorized) : Progress.Amount;
        await RefreshTaxAsync();
        switch (await Payment.Capture(authorized, amount).RunAsync())
        {
            case PaymentDecision.Captured captured:
                Take(captured.Payment);
                break;
            case PaymentDecision.Decline decline:
                throw new CheckoutStoppedException(CheckoutStatus.Declined, decline.Why.Message, decline.Why);
            case PaymentDecision.Ended ended:
                Progress.Know(ended.Payment);
                throw new CheckoutStoppedException(CheckoutStatus.Expired, AuthorizationEnded);
            case var other:
                throw new InvalidOperationException($"The capture ended as {other}.");
        }
    }

    /// <summary>
    /// A method that knows no reservation has taken the money when the safeguards begin: it is in the books while a person looks or the
    /// merchant reserves, and the customer is asked for nothing any more.
    /// </summary>
    private async Task SayMoneyIsHereAsync()
    {
        if (Start.Policies.Reviews || Start.Policies.Reserves)
        {
            var facts = CaptureFacts();
            await Progress.RecordAsync(
                view => view with { Status = CheckoutStatus.Authorized, NextAction = null, AmountCaptured = Taken.Captured.Minor }, "checkout.authorized", facts);
        }
    }

    private ProviderPayment Taken => taken ?? throw new InvalidOperationException("There is no money.");

    /// <summary>The entry of the money; none when the row, and so the books, have it already.</summary>
    private IReadOnlyList<LedgerFact> CaptureFacts() => Progress.View.AmountCaptured > 0
        ? []
        : [new LedgerFact.PaymentCaptured(BookReference, Workflow.UtcNow, Taken.Provider, Taken.Captured, Taken.Fee) { Taxes = Progress.TaxWithin(Taken.Captured) }];

    /// <summary>Books the money and says so; only now the checkout is completed.</summary>
    private async Task CompleteAsync()
    {
        var facts = CaptureFacts();
        Progress.Note(CheckoutStep.Ledger, StepStatus.Done, BookReference);
        Progress.Note(CheckoutStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => view with { Status = CheckoutStatus.Completed, NextAction = null, AmountCaptured = Taken.Captured.Minor, CompletedAt = Workflow.UtcNow },
            "checkout.completed",
            facts);
    }

    /// <summary>A refused payment leaves nothing to undo.</summary>
    private async Task DeclineAsync(PaymentDecision.Decline decline, CheckoutStep at)
    {
        saga.Forget();
        if (decline.Payment is { } known)
        {
            Progress.Know(known);
            Progress.Note(CheckoutStep.Intent, StepStatus.Done, known.Id);
        }

        Progress.Note(at, StepStatus.Failed);
        Progress.Note(CheckoutStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => view with { Status = CheckoutStatus.Declined, NextAction = null, Decline = decline.Why, CompletedAt = Workflow.UtcNow }, "checkout.declined");
    }

    private async Task<IReadOnlyList<CompensationRecord>> UndoAsync(CheckoutStoppedException stopped)
    {
        Workflow.Logger.LogUndoing(stopped.Message);
        Progress.Undoing = true;
        Progress.ShowStage("compensating");
        Progress.ShowDetails();
        if (stopped.Status == CheckoutStatus.Canceled)
        {
            await Progress.AuditAsync("checkout.cancel_requested", stopped.Message);
        }

        var sold = Progress.Recorded is { Status: CheckoutStatus.Completed };
        var refund = new UndoRefund(Start, Progress, refundOutcomes);
        var undo = new CheckoutUndo(Payment, Progress, refund, BookReference, taken);
        undoPayment = () => undo.UndoPaymentAsync(stopped.Message);
        undoReservation = () => ReleaseAsync();
        var records = await saga.CompensateAsync(undo.ParkAsync);
        var facts = undo.Facts();
        if (undo.Reversal is { } reversal)
        {
            Progress.Note(CheckoutStep.Ledger, StepStatus.Undone, reversal);
            records = [.. records, new CompensationRecord("ledger", CompensationOutcome.Undone, reversal, "reversed by another entry")];
        }

        // Both the sale and its return are told: our own refund takes back its tax by what it finds in the row, the rest is taken back here.
        if (sold)
        {
            await TellTaxAsync();
            if (await ReverseTaxAsync(undo.Outside) is { } reversed)
            {
                records = [.. records, reversed];
            }

            // A task that was lost had begun them: the ERP gets the sale whole, beside the credit note of its return.
            if (documents is null && undo.InvoiceBegun && HasDocumentsToPost)
            {
                documents = FollowDocumentsAsync();
            }
        }

        // What a person left at the provider was not taken back: the order must not be paid again.
        var status = records.Any(record => record is { Outcome: CompensationOutcome.SkippedByOperator, Step: not (CheckoutUndo.ReserveStep or TaxStep) }) ? CheckoutStatus.Failed : stopped.Status;
        Progress.CloseOpenSteps();
        Progress.Note(CheckoutStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => view with
            {
                Status = status,
                NextAction = null,
                Decline = stopped.Decline,
                AmountCaptured = (taken ?? undo.Captured)?.Captured.Minor ?? view.AmountCaptured,
                AmountRefunded = undo.GivenBack ?? view.AmountRefunded,
                CompletedAt = Workflow.UtcNow,
            },
            $"checkout.{HoldRules.Name(status)}",
            facts);
        return records;
    }

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
}
