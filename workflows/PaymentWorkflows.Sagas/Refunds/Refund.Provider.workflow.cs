using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Holds;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>What a refund does with its provider's answers, and with a person's where those do not do.</summary>
public sealed partial class RefundWorkflow
{
    /// <summary>The name of the hold about the money.</summary>
    private const string MoneyHold = "refund";

    /// <summary>After this a person looks at a refund that the provider still has not made.</summary>
    private static readonly TimeSpan LongestPending = TimeSpan.FromDays(40);

    /// <summary>How long to wait for the provider's event before looking unasked: an event may be lost, and a bank takes its days.</summary>
    private static readonly TimeSpan[] Patience =
        [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    /// <summary>One business attempt to its end: succeeded, failed or given up.</summary>
    private async Task<RefundDecision> SettleAsync()
    {
        var decision = Decide(await Provider.RefundAsync(evidence: null, remotely: false));
        while (true)
        {
            switch (decision)
            {
                case RefundDecision.Resolve or RefundDecision.SendAgain:
                    decision = await ResolveAsync();
                    break;
                case RefundDecision.AwaitProvider waits:
                    decision = await AwaitProviderAsync(waits.Payment);
                    break;
                case RefundDecision.Hold hold:
                    decision = await HoldAsync(hold);
                    break;
                default:
                    return decision;
            }
        }
    }

    private RefundDecision Decide(MoneyVerdict verdict) => RefundDecider.AfterAnswer(Progress.Amount, verdict);

    /// <summary>Looks until the outcome is known; a person decides when it is not known in time.</summary>
    private async Task<RefundDecision> ResolveAsync()
    {
        Progress.Note(RefundStep.Refund, StepStatus.Unknown);
        var verdict = await Provider.Resolver.ResolveAsync(() => Provider.RefundAsync(evidence: null, remotely: true), seen => !IsOpen(Decide(seen)));
        return Decide(verdict) switch
        {
            RefundDecision.Resolve unknown => new RefundDecision.Hold(HoldReason.UnknownOutcome, unknown.Message),
            RefundDecision.SendAgain => new RefundDecision.Hold(HoldReason.UnknownOutcome, "The provider does not keep the refund we send."),
            var decision => decision,
        };
    }

    private static bool IsOpen(RefundDecision decision) => decision is RefundDecision.Resolve or RefundDecision.SendAgain;

    /// <summary>The provider has it and the customer not yet: its event says when to look, and from time to time we look unasked.</summary>
    private async Task<RefundDecision> AwaitProviderAsync(ProviderPayment payment)
    {
        Progress.Know(payment.RefundId);
        Progress.Note(RefundStep.Refund, StepStatus.Unknown, payment.RefundId);
        if (Progress.View.Status != RefundStatus.Pending)
        {
            await Progress.RecordAsync(view => view with { Status = RefundStatus.Pending, Failure = null }, "refund.pending");
        }

        var deadline = Workflow.UtcNow + LongestPending;
        for (var look = 0; ; look++)
        {
            var pause = Patience[Math.Min(look, Patience.Length - 1)];
            Progress.WaitsUntil = Workflow.UtcNow + pause;
            Progress.ShowDetails();
            await Workflow.WaitConditionAsync(() => events.HasNews, pause, CancellationToken.None);
            var decision = Decide(await Provider.RefundAsync(evidence: null, remotely: false));
            if (decision is not (RefundDecision.AwaitProvider or RefundDecision.Resolve))
            {
                Progress.WaitsUntil = null;
                return decision;
            }

            if (Workflow.UtcNow >= deadline)
            {
                return new RefundDecision.Hold(HoldReason.UnknownOutcome, $"The provider has not made the refund in {LongestPending.Days} days.");
            }
        }
    }

    private async Task<RefundDecision> HoldAsync(RefundDecision.Hold hold)
    {
        Progress.Note(RefundStep.Refund, StepStatus.Held);
        RefundDecision? found = null;
        var watch = new HoldWatch(
            () => hold.Reason == HoldReason.UnknownOutcome && events.HasNews,
            async () => (found = HeldStill(hold, Decide(await Provider.RefundAsync(evidence: null, remotely: true)))) is RefundDecision.Hold { Reason: HoldReason.UnknownOutcome } still ? still.Message : null);
        var decided = await Progress.Holds.WaitAsync(MoneyHold, hold.Reason, hold.Message, watch: watch);
        if (decided is null)
        {
            return found!;
        }

        if (decided.Action == HoldAction.Compensate)
        {
            return new RefundDecision.GivenUp(HoldRules.Name(hold.Reason), $"{decided.Actor}: {decided.Reason}", hold.MovedNothing);
        }

        Progress.Note(RefundStep.Refund, StepStatus.Unknown, triedAgain: true);
        var decision = Decide(await Provider.RefundAsync(decided.Evidence, remotely: true));
        return decided.Evidence is null ? decision : HeldStill(hold, decision);
    }

    /// <summary>What is still open after a person's evidence or a provider's event goes back to the person, with what was seen.</summary>
    private static RefundDecision HeldStill(RefundDecision.Hold hold, RefundDecision decision) => decision switch
    {
        RefundDecision.Resolve unknown => hold with { Message = unknown.Message },
        RefundDecision.SendAgain => hold,
        _ => decision,
    };

    /// <summary>The customer has not got the money: a person decides. True: another attempt, written to the row before anything is sent.</summary>
    private async Task<bool> HoldFailedAsync(string code, string message)
    {
        while (true)
        {
            Progress.WaitsUntil = null;
            Progress.Fail(code, message);
            Progress.Note(RefundStep.Refund, StepStatus.Held);

            // What came back is owed, whoever wants to cancel.
            var decided = await Progress.Holds.WaitAsync(MoneyHold, HoldReason.RefundFailed, $"{code}: {message}", () => cancelRequested && !Progress.View.Owed);
            if (decided is null)
            {
                await EndAsFailedAsync(code, $"{message} The workflow was canceled.", movedNothing: true, RefundStatus.Canceled);
                return false;
            }

            switch (decided.Action)
            {
                case HoldAction.Retry:
                    Progress.Note(RefundStep.Refund, StepStatus.Unknown, triedAgain: true);
                    await Progress.RecordAsync(view => view with { Attempt = view.Attempt + 1, Failure = null }, notice: null);
                    return true;
                case HoldAction.Skip:
                    await EndAsFailedAsync(code, $"{message} {decided.Actor}: {decided.Reason}", movedNothing: true);
                    return false;
                case HoldAction.MarkSucceeded when await TakeEvidenceAsync(decided.Evidence!) is { } why:
                    message = why;
                    break;
                case HoldAction.MarkSucceeded:
                    return false;
                default:
                    throw new InvalidOperationException($"A failed refund's hold ended as {decided.Action}.");
            }
        }
    }

    /// <summary>A refund that a person made at the provider, or money that went another way; null when it counts, otherwise why it does not.</summary>
    private async Task<string?> TakeEvidenceAsync(string evidence)
    {
        if (OutsidePayment.Is(evidence))
        {
            Progress.Note(RefundStep.Refund, StepStatus.Skipped, evidence);
            var reference = RefundReferences.PaidOutside(Start.RefundId, Progress.View.Attempt);
            await SayAsync(
                view => view with { PaidOutside = evidence },
                reference,
                new LedgerFact.RefundPaidOutside(reference, Workflow.UtcNow, Progress.Amount) { OfPayable = Progress.View.Owed });
            return null;
        }

        switch (await Provider.CheckEvidenceAsync(evidence))
        {
            case MoneyVerdict.Succeeded made:
                await SucceedAsync(made.Payment, view => view with { Attempt = view.Attempt + 1 });
                return null;
            case MoneyVerdict.NotAttempted { Code: Contracts.Refunds.RefundCodes.NotTheProviders } none:
                return $"The evidence {evidence} does not count: {none.Message} Allowed: {OutsidePayment.Forms}.";
            case MoneyVerdict.Pending:
                return $"The evidence {evidence} does not count yet: the provider has not finished that refund.";
            case MoneyVerdict.NotAttempted refusal:
                return $"The evidence {evidence} does not count: {refusal.Message}";
            case MoneyVerdict.Unknown unknown:
                return $"The evidence {evidence} does not count: {unknown.Message}";
            case var other:
                throw new InvalidOperationException($"The check of an evidence ended as {other}.");
        }
    }

    /// <summary>
    /// An event came after a person had given up on a refund whose outcome nobody knew. The provider is asked about that refund and nothing
    /// is sent: what was made is booked, what was not frees the amount.
    /// </summary>
    private async Task LookAfterGivingUpAsync()
    {
        if ((events.RefundId ?? Progress.View.ProviderRefundId) is not { } id)
        {
            events.BeginLook();
            return;
        }

        var verdict = await Provider.RefundAsync(evidence: id, remotely: true);
        while (TellsNothing(verdict))
        {
            // The event is spent: nobody else says when to look again. One of another attempt may come meanwhile.
            verdict = await Provider.Resolver.ResolveAsync(() => Provider.RefundAsync(evidence: events.RefundId ?? id, remotely: true), seen => !TellsNothing(seen));
        }

        switch (Decide(verdict))
        {
            case RefundDecision.Succeeded made:
                await SucceedAsync(made.Payment, view => view with { KeepsAmount = false });
                return;
            case RefundDecision.Failed failed:
                await EndAsFailedAsync(failed.Code, failed.Message, movedNothing: true);
                return;
            default:
                // Still open: the provider's next event says when to look again.
                return;
        }
    }

    /// <summary>The provider did not answer, or does not know us just now. An answer that cannot be meant for this attempt is one.</summary>
    private static bool TellsNothing(MoneyVerdict verdict) =>
        verdict is MoneyVerdict.Unknown { Cause: not (UnknownCause.UnreadableAnswer or UnknownCause.Contradiction) } or MoneyVerdict.NotAttempted { Cause: RefusalCause.Credentials };

    /// <summary>
    /// An event came after the refund had succeeded. Where the provider says that it failed after all, the money is booked back and a person
    /// decides how the customer gets it.
    /// </summary>
    private async Task LookBackAsync()
    {
        if (Progress.View.ProviderRefundId is not { } id)
        {
            events.BeginLook();
            return;
        }

        var verdict = await Provider.ReadAsync(id, remotely: false);
        while (verdict is MoneyVerdict.Unknown or MoneyVerdict.NotAttempted { Cause: RefusalCause.Credentials })
        {
            verdict = await Provider.Resolver.ResolveAsync(
                () => Provider.ReadAsync(id, remotely: true), seen => seen is not (MoneyVerdict.Unknown or MoneyVerdict.NotAttempted { Cause: RefusalCause.Credentials }));
        }

        if (verdict is not MoneyVerdict.NotAttempted { Cause: RefusalCause.State } failed)
        {
            return;
        }

        Progress.Fail(failed.Code, failed.Message);
        Progress.Note(RefundStep.Refund, StepStatus.Failed);
        var reference = RefundReferences.Returned(Start.RefundId, Progress.View.Attempt);
        Progress.Note(RefundStep.Ledger, StepStatus.Undone, reference);
        await Progress.RecordAsync(
            view => view with { Owed = true }, notice: null, new LedgerFact.RefundReturned(reference, Workflow.UtcNow, Start.Payment.Provider, Progress.Amount));
        await GiveBackAsync();
    }
}
