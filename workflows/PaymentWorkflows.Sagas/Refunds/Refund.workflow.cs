using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>A refund, from reservation to books: reserve, refund, ledger, tax, ERP, notice.</summary>
[Workflow("Refund")]
public sealed partial class RefundWorkflow : IRefundWorkflow
{
    private readonly RefundInput input;
    private int begins;
    private RefundStart? start;
    private RefundProgress? progress;
    private RefundMoney? money;

    [WorkflowInit]
    public RefundWorkflow(RefundInput input) => this.input = input;

    private RefundStart Start => start ?? throw new InvalidOperationException("The refund has not begun.");

    private RefundProgress Progress => progress ?? throw new InvalidOperationException("The refund has not begun.");

    private RefundMoney Provider => money ?? throw new InvalidOperationException("The refund has not begun.");

    /// <summary>A checkout that undoes itself decides about a failure; once money had gone back, the refund's own hold does.</summary>
    private bool AnswersToCheckout => input.Origin == RefundOrigin.Compensation && Workflow.Info.Parent is not null && !Progress.View.Owed;

    [WorkflowRun]
    public async Task<RefundResult> RunAsync(RefundInput input)
    {
        _ = CancellationWatch.RunAsync(TakeCancellation);
        await BeginAsync();
        do
        {
            await RunToItsEndAsync();
            await Progress.Holds.FlushRefusedAsync();
            await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        }
        while (HeedsNews); // What the provider told in these last waits is looked at, too.
        Workflow.Logger.LogRefundEnded(HoldRules.Name(Progress.View.Status), Progress.Amount.ToString());
        return new RefundResult(Start.RefundId, Start.TransactionId, Progress.View);
    }

    /// <summary>Finds the row, or reserves the amount and writes it. A run that meets a finished refund looks only at what came back.</summary>
    private async Task BeginAsync()
    {
        var rows = new StepRunner(input.Placement ?? Placement.Lean);

        // Only a saga's child may go past the rules for merchants, and only a saga has seen in which currency the provider took the money.
        var order = Workflow.Info.Parent is null ? input with { Origin = RefundOrigin.Merchant, Evidence = null, Currency = null } : input;
        start = await rows.RunAsync(ActivityProfiles.Rows, (IRefundActivities activities) => activities.BeginAsync(order), "reserve");
        var steps = new StepRunner(start.Placement);
        progress = new RefundProgress(start, steps, ++begins, acts);
        money = new RefundMoney(input, start, progress, new UnknownResolver(events, start.Policies.UnknownDeadline));
        await intake.OpenAsync(Progress.Holds);
        if (Progress.View.Status != RefundStatus.Processing)
        {
            Progress.AlreadyRecorded();
        }
    }

    private async Task RunToItsEndAsync()
    {
        while (true)
        {
            try
            {
                await CarryOutAsync();
                return;
            }
            catch (RefundSettledException)
            {
                await BeginAsync();
            }
            catch (FailureException failure) when (StepFailure.IsBrokenRule(failure))
            {
                await HoldForRepairAsync(StepFailure.Message(failure));
            }
        }
    }

    /// <summary>A mistake in our code must not leave a refund that nobody looks at: it waits for a repaired build, or is given up.</summary>
    private async Task HoldForRepairAsync(string message)
    {
        var decided = await Progress.Holds.WaitAsync("refund", HoldReason.BrokenRule, message)
            ?? throw new InvalidOperationException("A broken rule's hold ended without a decision.");
        await BeginAsync();
        if (decided.Action == HoldAction.Compensate && !Progress.View.Status.IsFinal())
        {
            await EndAsFailedAsync("given_up", $"{decided.Actor}: {decided.Reason}", movedNothing: false);
        }
    }

    private async Task CarryOutAsync()
    {
        if (!Progress.View.Status.IsFinal())
        {
            Progress.Note(RefundStep.Reserve, StepStatus.Done, Start.RefundId.Value);
            await GiveBackAsync();
        }

        while (true)
        {
            await FollowUpAsync();
            if (HeedsNews)
            {
                await (Progress.View.IsGivenUp ? LookAfterGivingUpAsync() : LookBackAsync());
            }
            else if (documents is null or { IsCompleted: true })
            {
                return;
            }
        }
    }

    /// <summary>
    /// Whether the provider's news are still about this refund: one that a person paid in another way hears nothing any more. Whoever waits
    /// for news asks here, or it would be woken for ever by some that nobody looks at.
    /// </summary>
    private bool HeedsNews => events.HasNews && (Progress.View.IsGivenUp || Progress.View is { Status: RefundStatus.Succeeded, PaidOutside: null });

    /// <summary>Until the customer has the money, or it is certain that this refund does not bring it.</summary>
    private async Task GiveBackAsync()
    {
        // It came back in a task that was lost: the person's decision is what is missing.
        if (Progress.View is { Owed: true, Failure: { } known } && !await HoldFailedAsync(known.Code, known.Message))
        {
            return;
        }

        if (input.Evidence is { } evidence && AnswersToCheckout)
        {
            if (await TakeEvidenceAsync(evidence) is { } why)
            {
                await EndAsFailedAsync("evidence_refused", why, movedNothing: true);
            }

            return;
        }

        while (true)
        {
            switch (await SettleAsync())
            {
                case RefundDecision.Succeeded succeeded:
                    await SucceedAsync(succeeded.Payment, view => view);
                    return;
                case RefundDecision.GivenUp given:
                    await EndAsFailedAsync(given.Code, given.Message, given.MovedNothing);
                    return;
                case RefundDecision.Failed failed when AnswersToCheckout:
                    await EndAsFailedAsync(failed.Code, failed.Message, movedNothing: true);
                    return;
                case RefundDecision.Failed failed:
                    if (!await HoldFailedAsync(failed.Code, failed.Message))
                    {
                        return;
                    }

                    break;
                case var other:
                    throw new InvalidOperationException($"The refund ended as {other}.");
            }
        }
    }

    /// <summary>Books what went back and says so; only now the refund has succeeded.</summary>
    private async Task SucceedAsync(ProviderPayment payment, Func<RefundView, RefundView> more)
    {
        Progress.WaitsUntil = null;
        Progress.Know(payment.RefundId);
        Progress.Note(RefundStep.Refund, StepStatus.Done, payment.RefundId);
        var attempt = more(Progress.View).Attempt;
        var reference = RefundReferences.Issued(Start.RefundId, attempt);
        var fact = new LedgerFact.RefundIssued(reference, Workflow.UtcNow, payment.Provider, Progress.Amount) { OfPayable = Progress.View.Owed };
        await SayAsync(more, reference, fact);
    }

    private async Task SayAsync(Func<RefundView, RefundView> more, string reference, LedgerFact fact)
    {
        Progress.Note(RefundStep.Ledger, StepStatus.Done, reference);
        Progress.Note(RefundStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(
            view => more(view) with { Status = RefundStatus.Succeeded, Failure = null, Owed = false, CompletedAt = Workflow.UtcNow }, "refund.succeeded", fact);
        await TellCheckoutAsync();
    }

    /// <summary>Nothing went back. The amount is free for another refund unless nobody knows that for certain.</summary>
    private async Task EndAsFailedAsync(string code, string message, bool movedNothing, RefundStatus status = RefundStatus.Failed)
    {
        Progress.WaitsUntil = null;
        Progress.Fail(code, message);
        Progress.Note(RefundStep.Refund, StepStatus.Failed);
        Progress.Note(RefundStep.Notify, StepStatus.Done);
        await Progress.RecordAsync(view => view with { Status = status, KeepsAmount = !movedNothing, CompletedAt = Workflow.UtcNow }, $"refund.{HoldRules.Name(status)}");
    }

    /// <summary>The checkout that waits for this refund goes on while the documents follow.</summary>
    private async Task TellCheckoutAsync()
    {
        if (input.Origin != RefundOrigin.Compensation || Workflow.Info.Parent is not { } parent || !HasDocuments)
        {
            return;
        }

        var signal = new RefundOutcomeSignal(Start.RefundId, Progress.View);
        try
        {
            // Whichever run of it there is: one that a person ended may have been followed by another, which waits for this refund as well.
            await Workflow.GetExternalWorkflowHandle<Contracts.Checkout.ICheckoutWorkflow>(parent.WorkflowId)
                .SignalAsync(checkout => checkout.RefundOutcomeAsync(signal), new ExternalWorkflowSignalOptions { CancellationToken = CancellationToken.None });
        }
        catch (FailureException)
        {
            // It has ended; nobody waits.
        }
    }
}
