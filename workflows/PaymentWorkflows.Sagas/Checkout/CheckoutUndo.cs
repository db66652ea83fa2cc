using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Compensation;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>Takes a checkout back: the payment by what it is, and the books by another entry.</summary>
internal sealed class CheckoutUndo(CheckoutPayment payment, CheckoutProgress progress, string bookReference)
{
    /// <summary>The name of the merchant's reservation among the compensations.</summary>
    public const string ReserveStep = "reserve";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private ProviderPayment? undone;

    /// <summary>One try at taking the payment back.</summary>
    public async Task<UndoResult> UndoPaymentAsync(string reason)
    {
        var verdict = await payment.UndoAsync(reason, remotely: false);
        if (IsWithBank(verdict))
        {
            verdict = await AwaitBankAsync(reason);
        }

        if (!IsSettled(verdict))
        {
            verdict = await payment.Resolver.ResolveAsync(() => payment.UndoAsync(reason, remotely: true), IsSettled);
        }

        return verdict switch
        {
            MoneyVerdict.Succeeded succeeded => await DoneAsync(succeeded.Payment),
            MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent } => Nothing(),
            MoneyVerdict.NotAttempted refusal => new UndoResult.Stuck(refusal.Message),
            MoneyVerdict.Declined declined => new UndoResult.Stuck(declined.Decline.Message),
            MoneyVerdict.Pending { Payment.State: PaymentState.Processing } => new UndoResult.Stuck("The provider still processes the payment, which cannot be taken back before it has ended."),
            MoneyVerdict.Pending => new UndoResult.Stuck("The provider has not finished giving the money back."),
            MoneyVerdict.Unknown unknown => new UndoResult.Stuck(unknown.Message),
            _ => throw new InvalidOperationException($"An undo ended as {verdict}."),
        };
    }

    /// <summary>A bank that has the payment cannot be hurried: its answer, which may take days, says what there is to take back.</summary>
    private async Task<MoneyVerdict> AwaitBankAsync(string reason)
    {
        var deadline = Workflow.UtcNow + payment.CustomerTime;
        progress.WaitsUntil = deadline;
        progress.ShowDetails();
        for (var look = 0; ; look++)
        {
            var (left, pause) = (deadline - Workflow.UtcNow, CheckoutWorkflow.ProviderPause(look));
            await Workflow.WaitConditionAsync(() => payment.Resolver.HasNews, left < pause ? left : pause, CancellationToken.None);
            var verdict = await payment.UndoAsync(reason, remotely: true);
            if (!IsWithBank(verdict) || Workflow.UtcNow >= deadline)
            {
                return verdict;
            }
        }
    }

    private static bool IsWithBank(MoneyVerdict verdict) => verdict is MoneyVerdict.Pending { Payment.State: PaymentState.Processing };

    /// <summary>Holds a compensation that cannot succeed until a person decided, and carries the decision out.</summary>
    public async Task<CompensationRecord> ParkAsync(string step, UndoResult.Stuck stuck, Func<Task<UndoResult>> undo)
    {
        while (true)
        {
            var held = step == ReserveStep ? CheckoutStep.Reserve : progress.StatusOf(CheckoutStep.Capture) is null ? CheckoutStep.Authorize : CheckoutStep.Capture;
            progress.Note(held, StepStatus.Held);
            var decisionMade = false;
            CompensationRecord? released = null;
            var trying = step == ReserveStep ? KeepTryingAsync(undo, record => released = record, () => decisionMade) : Task.CompletedTask;
            var decided = await progress.Holds.WaitAsync($"undo_{step}", HoldReason.CompensationFailed, stuck.Message, () => released is not null);
            decisionMade = true;
            await trying;
            if (released is not null)
            {
                return released;
            }

            if (decided is null)
            {
                throw new InvalidOperationException("A compensation's hold ended without a decision.");
            }

            if (decided.Action == HoldAction.Skip)
            {
                progress.Note(held, StepStatus.Skipped);
                if (step != ReserveStep)
                {
                    await SeeWhatStaysAsync();
                }

                return new CompensationRecord(step, CompensationOutcome.SkippedByOperator, null, $"{decided.Actor}: {decided.Reason}");
            }

            switch (await undo())
            {
                case UndoResult.Done done:
                    return done.Record;
                case UndoResult.Stuck again:
                    stuck = again;
                    break;
            }
        }
    }

    /// <summary>
    /// A merchant that was only away lets its goods go without anybody's help: the release moves no money and may be asked for any number
    /// of times, so the saga goes on asking while it is held.
    /// </summary>
    private static async Task KeepTryingAsync(Func<Task<UndoResult>> undo, Action<CompensationRecord> tell, Func<bool> stop)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(stop, pause, "before the next try", CancellationToken.None)))
            {
                return;
            }

            if (await undo() is UndoResult.Done done)
            {
                tell(done.Record);
                return;
            }
        }
    }

    /// <summary>
    /// What the books must show after the undo: the capture, if the provider took money, and its reversal, if it gave money back. The
    /// capture is left out when it has been booked.
    /// </summary>
    /// <param name="booked">Whether the capture's entry is in the books.</param>
    /// <param name="taken">The capture as this run knows it.</param>
    public IReadOnlyList<LedgerFact> Facts(bool booked, ProviderPayment? taken)
    {
        var facts = new List<LedgerFact>();
        var money = taken ?? undone;
        if (!booked && money is { State: PaymentState.Captured, Captured.Minor: > 0 })
        {
            facts.Add(new LedgerFact.PaymentCaptured(bookReference, Workflow.UtcNow, money.Provider, money.Captured, money.Fee) { Taxes = progress.TaxWithin(money.Captured) });
        }

        if (Returned is { Minor: > 0 } back)
        {
            facts.Add(new LedgerFact.RefundIssued(bookReference + ":undo", Workflow.UtcNow, undone!.Provider, back) { Taxes = progress.TaxWithin(back) });
        }

        return facts;
    }

    /// <summary>What the customer got back, by us or by a person at the provider; null before the undo.</summary>
    public Money? Returned => Captured?.Refunded;

    /// <summary>The captured payment as the undo found it; null when there is none.</summary>
    public ProviderPayment? Captured => undone is { State: PaymentState.Captured } ? undone : null;

    /// <summary>The books must show what was taken, also when nobody could take it back.</summary>
    private async Task SeeWhatStaysAsync()
    {
        if (progress.View.Payment is { } known && await payment.ReadAsync(known.Id) is MoneyVerdict.Succeeded seen)
        {
            undone = seen.Payment;
        }
    }

    private static bool IsSettled(MoneyVerdict verdict) => verdict is not (MoneyVerdict.Unknown or MoneyVerdict.Pending);

    private async Task<UndoResult> DoneAsync(ProviderPayment facts)
    {
        // The books want all that was given back and the charge's fee; a refund's answer tells of itself alone.
        undone = facts.State == PaymentState.Captured && await payment.ReadAsync(facts.Id) is MoneyVerdict.Succeeded read
            ? read.Payment with { RefundId = facts.RefundId }
            : facts;
        progress.Know(facts);
        var isRefunded = facts.State == PaymentState.Captured;
        progress.Note(isRefunded ? CheckoutStep.Capture : CheckoutStep.Authorize, StepStatus.Undone, facts.RefundId ?? facts.Id);
        var detail = (isRefunded, facts.RefundId) switch
        {
            (true, { } refund) => $"refunded as {refund}",
            (true, null) => "had been refunded at the provider",
            (false, _) => "canceled at the provider",
        };
        return new UndoResult.Done(new CompensationRecord("authorize", CompensationOutcome.Undone, facts.RefundId ?? facts.Id, detail));
    }

    private static UndoResult.Done Nothing() =>
        new(new CompensationRecord("authorize", CompensationOutcome.NotNeeded, null, "the provider knows no such payment"));
}
