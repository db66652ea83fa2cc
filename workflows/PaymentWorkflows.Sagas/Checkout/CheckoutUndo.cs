using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Compensation;
using PaymentWorkflows.Sagas.Holds;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>Takes a checkout back: a reservation is canceled, captured money goes back by a refund of its own, the books by another entry.</summary>
/// <param name="payment">The calls to the provider.</param>
/// <param name="progress">Where the checkout stands.</param>
/// <param name="refund">Gives captured money back.</param>
/// <param name="bookReference">The capture's reference in the books.</param>
/// <param name="taken">The capture as this run knows it.</param>
internal sealed class CheckoutUndo(CheckoutPayment payment, CheckoutProgress progress, UndoRefund refund, string bookReference, ProviderPayment? taken)
{
    /// <summary>The name of the merchant's reservation among the compensations.</summary>
    public const string ReserveStep = "reserve";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>How long refunds of others are waited for that are under way: most are through at once, and for one that is held a person is told.</summary>
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    private string why = "";
    private ProviderPayment? undone;
    private RefundTotals? totals;

    // What is in the row as captured is in the books: they are written together.
    private bool booked = progress.View.AmountCaptured > 0;

    /// <summary>One try at taking the payment back.</summary>
    public async Task<UndoResult> UndoPaymentAsync(string reason)
    {
        why = reason;
        var verdict = await payment.UndoAsync(reason, remotely: false);
        if (!IsSettled(verdict) && !IsWithBank(verdict))
        {
            verdict = await ResolveAsync(reason, seen => IsSettled(seen) || IsWithBank(seen));
        }

        if (IsWithBank(verdict))
        {
            verdict = await AwaitBankAsync(reason);
            if (!IsSettled(verdict))
            {
                verdict = await ResolveAsync(reason, IsSettled);
            }
        }

        return verdict switch
        {
            MoneyVerdict.Succeeded { Payment.State: PaymentState.Captured } captured => await GiveBackAsync(captured.Payment),
            MoneyVerdict.Succeeded canceled => Canceled(canceled.Payment),
            MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent } => Nothing(),
            MoneyVerdict.NotAttempted refusal => new UndoResult.Stuck(refusal.Message),
            MoneyVerdict.Declined declined => new UndoResult.Stuck(declined.Decline.Message),
            MoneyVerdict.Pending { Payment.State: PaymentState.Processing } => new UndoResult.Stuck("The provider still processes the payment, which cannot be taken back before it has ended."),
            MoneyVerdict.Pending => new UndoResult.Stuck("The provider has not finished canceling the payment."),
            MoneyVerdict.Unknown unknown => new UndoResult.Stuck(unknown.Message),
            _ => throw new InvalidOperationException($"An undo ended as {verdict}."),
        };
    }

    private Task<MoneyVerdict> ResolveAsync(string reason, Func<MoneyVerdict, bool> isEnough) =>
        payment.Resolver.ResolveAsync(() => payment.UndoAsync(reason, remotely: true), isEnough);

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

    /// <summary>Holds a compensation that cannot succeed until a person decided, or the provider let go, and carries that out.</summary>
    public async Task<CompensationRecord> ParkAsync(string step, UndoResult.Stuck stuck, Func<Task<UndoResult>> undo)
    {
        while (true)
        {
            var held = step == ReserveStep ? CheckoutStep.Reserve : progress.StatusOf(CheckoutStep.Capture) is null ? CheckoutStep.Authorize : CheckoutStep.Capture;
            progress.Note(held, StepStatus.Held);
            var (decisionMade, freed) = (false, false);
            CompensationRecord? released = null;
            var trying = step == ReserveStep ? KeepTryingAsync(undo, record => released = record, () => decisionMade) : Task.CompletedTask;
            var watch = step == ReserveStep || stuck.Reason == HoldReason.RefundFailed ? null : Watch(stuck, () => freed = true);
            var decided = await progress.Holds.WaitAsync($"undo_{step}", stuck.Reason, stuck.Message, () => released is not null, watch: watch);
            decisionMade = true;
            await trying;
            if (released is not null)
            {
                return released;
            }

            if (decided is null && !freed)
            {
                throw new InvalidOperationException("A compensation's hold ended without a decision.");
            }

            if (decided?.Action == HoldAction.Skip)
            {
                progress.Note(held, StepStatus.Skipped);
                if (step != ReserveStep)
                {
                    await SeeWhatStaysAsync();
                }

                return new CompensationRecord(step, CompensationOutcome.SkippedByOperator, null, $"{decided.Actor}: {decided.Reason}");
            }

            if (decided?.Evidence is { } evidence)
            {
                // Kept until a refund takes it, also when another hold comes between.
                refund.Evidence = evidence;
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

    /// <summary>The provider has told something of a payment that could not be taken back. Only a look, so that no person's act waits for what follows.</summary>
    private HoldWatch Watch(UndoResult.Stuck stuck, Action free) => new(
        () => payment.Resolver.HasNews,
        async () =>
        {
            if (await payment.UndoAsync(why, remotely: true) is not (MoneyVerdict.Succeeded or MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent }))
            {
                return stuck.Message;
            }

            free();
            return null;
        });

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

    /// <summary>What the books must still show after the undo: the capture, if it is not there yet, and what went back by other ways.</summary>
    public IReadOnlyList<LedgerFact> Facts()
    {
        var facts = new List<LedgerFact>();
        var money = taken ?? undone;
        if (!booked && money is { State: PaymentState.Captured, Captured.Minor: > 0 })
        {
            facts.Add(Capture(money));
        }

        if (Outside is { Minor: > 0 } back)
        {
            var from = new Money(totals!.Booked, back.Currency);
            facts.Add(new LedgerFact.RefundIssued(OutsideReference, Workflow.UtcNow, undone!.Provider, back) { Taxes = progress.TaxBetween(from, from + back) });
        }

        return facts;
    }

    /// <summary>The entry that reverses the capture; null when nothing went back.</summary>
    public string? Reversal => refund.BookReference ?? (Outside is { Minor: > 0 } ? OutsideReference : null);

    /// <summary>Minor units that the customer got back, by us or by a person at the provider; null before the undo.</summary>
    public long? GivenBack => totals is null ? null : totals.Refunded + (Outside?.Minor ?? 0);

    /// <summary>Whether the ERP may have the sale's invoice, by the rows as the undo found them last.</summary>
    public bool InvoiceBegun => totals is { InvoiceBegun: true };

    /// <summary>The captured payment as the undo found it; null when there is none.</summary>
    public ProviderPayment? Captured => undone is { State: PaymentState.Captured } ? undone : null;

    private string OutsideReference => bookReference + ":undo";

    /// <summary>What went back at the provider by other ways than our refunds; null before it is counted.</summary>
    public Money? Outside => totals is null || Captured?.Refunded is not { } all
        ? null
        : new Money(Math.Max(0, all.Minor - (totals.Reserved - totals.PaidOutside)), all.Currency);

    private LedgerFact.PaymentCaptured Capture(ProviderPayment money) =>
        new(bookReference, Workflow.UtcNow, money.Provider, money.Captured, money.Fee) { Taxes = progress.TaxWithin(money.Captured) };

    /// <summary>The books must show what was taken, also when nobody could take it back: a provider that is away now is waited for.</summary>
    private async Task SeeWhatStaysAsync()
    {
        if (progress.View.Payment is not { } known)
        {
            return;
        }

        var seen = await LookAsync(known.Id);
        while (seen is MoneyVerdict.Unknown { Cause: not (UnknownCause.UnreadableAnswer or UnknownCause.Contradiction) } or MoneyVerdict.NotAttempted { Cause: RefusalCause.Credentials })
        {
            await Workflow.WaitConditionAsync(() => payment.Resolver.HasNews, LongestPause, CancellationToken.None);
            seen = await LookAsync(known.Id);
        }

        if (seen is MoneyVerdict.Succeeded { Payment: var stays })
        {
            await CountAsync(stays);
        }
    }

    /// <summary>The payment as it is; unknown only when the provider did not answer in the time for that.</summary>
    private async Task<MoneyVerdict> LookAsync(string id)
    {
        var seen = await payment.ReadAsync(id);
        return seen is MoneyVerdict.Unknown ? await payment.Resolver.ResolveAsync(() => payment.ReadAsync(id), now => now is not MoneyVerdict.Unknown) : seen;
    }

    /// <summary>
    /// Captured money goes back by a refund, with a row and a reservation like any other. It counts on what the checkout's row says is
    /// captured, so that comes first, with the books. Others may give back at the same time: what they leave goes back by another.
    /// </summary>
    private async Task<UndoResult> GiveBackAsync(ProviderPayment found)
    {
        if (await LookAsync(found.Id) is not MoneyVerdict.Succeeded { Payment: { State: PaymentState.Captured } now })
        {
            return Unreadable(found.Id);
        }

        progress.Know(now);
        if (!booked)
        {
            await progress.RecordAsync(view => view with { AmountCaptured = now.Captured.Minor }, notice: null, Capture(taken ?? now));
            booked = true;
        }

        await CountAsync(now);
        return await GiveBackRestAsync(now);
    }

    private async Task<UndoResult> GiveBackRestAsync(ProviderPayment now)
    {
        UndoResult.Stuck? stuck = null;
        var gaveTheRest = false;
        for (var look = 0; ; look++)
        {
            // What other refunds have reserved beside ours is theirs, and may take a bank's days.
            if (IsBack || (gaveTheRest && Left.Minor <= 0))
            {
                return refund.TakeUnusedPayment() is { } paid
                    ? new UndoResult.Stuck($"The customer has got it all at the provider meanwhile: {paid} came on top, is not in the books, and is theirs to give back. `retry` ends this.", HoldReason.RefundFailed)
                    : Done(undone!, refund.ProviderRefundId);
            }

            if (look == Looks.Length)
            {
                return stuck ?? new UndoResult.Stuck($"{AtProvider} is still with the provider, and other refunds of this checkout have it reserved: settle them first.");
            }

            if (Left is { Minor: > 0 } left)
            {
                stuck = await refund.RunAsync(left);
                gaveTheRest = stuck is null;
                if (stuck is not null && !refund.WasRefused)
                {
                    return stuck;
                }
            }
            else
            {
                await Workflow.DelayAsync(Looks[look], CancellationToken.None);
            }

            // The books want all that was given back; a refund's answer tells of itself alone.
            if (await LookAsync(now.Id) is not MoneyVerdict.Succeeded { Payment: var read })
            {
                return Unreadable(now.Id);
            }

            await CountAsync(read);
        }
    }

    private static UndoResult.Stuck Unreadable(string id) => new($"The captured payment {id} cannot be read.");

    /// <summary>What the provider has of the payment.</summary>
    private Money AtProvider => undone!.Captured - Refunded(undone);

    /// <summary>What no other refund gives back. The provider does not know what a person paid by the bank: it has more than the customer is still to get.</summary>
    private Money Left => new(Math.Min(AtProvider.Minor, totals!.Captured - totals.Reserved - (Outside?.Minor ?? 0)), undone!.Captured.Currency);

    /// <summary>Whether the customer has it all; some of it may have gone another way, which the provider does not know of.</summary>
    private bool IsBack => AtProvider.Minor <= 0 || (Left.Minor <= 0 && totals!.Refunded + (Outside?.Minor ?? 0) >= totals.Captured);

    private async Task CountAsync(ProviderPayment seen)
    {
        undone = seen;
        totals = seen.State == PaymentState.Captured ? await refund.TotalsAsync() : null;
        progress.RefundedOutside = Outside?.Minor ?? 0;
    }

    private static Money Refunded(ProviderPayment seen) => seen.Refunded ?? Money.Zero(seen.Captured.Currency);

    private UndoResult.Done Done(ProviderPayment captured, string? providerRefund)
    {
        progress.Note(CheckoutStep.Capture, StepStatus.Undone, providerRefund ?? captured.Id);
        var detail = providerRefund is null ? "had been refunded" : $"refunded as {providerRefund}";
        return new UndoResult.Done(new CompensationRecord("authorize", CompensationOutcome.Undone, providerRefund ?? captured.Id, detail));
    }

    private UndoResult.Done Canceled(ProviderPayment facts)
    {
        undone = facts;
        progress.Know(facts);
        progress.Note(CheckoutStep.Authorize, StepStatus.Undone, facts.Id);
        return new UndoResult.Done(new CompensationRecord("authorize", CompensationOutcome.Undone, facts.Id, "canceled at the provider"));
    }

    private static bool IsSettled(MoneyVerdict verdict) => verdict is not (MoneyVerdict.Unknown or MoneyVerdict.Pending);

    private static UndoResult.Done Nothing() =>
        new(new CompensationRecord("authorize", CompensationOutcome.NotNeeded, null, "the provider knows no such payment"));
}
