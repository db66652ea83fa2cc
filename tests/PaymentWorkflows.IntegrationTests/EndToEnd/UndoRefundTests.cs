using System.Collections.Concurrent;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>How much a completed checkout gives back when it is canceled, and of whom it hears that it is back; on a real engine with the rows of the test.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class UndoRefundTests(RunningStack stack)
{
    private const string Queue = "undo-refund-test";
    private const long PaidByBank = 1000;

    [Fact]
    public async Task What_a_person_paid_by_the_bank_and_what_went_back_at_the_provider_are_together_no_more_than_was_taken()
    {
        // A refund was settled by the bank, and a person gave the rest back at the provider: the customer has all of it.
        var others = new Others
        {
            AtProvider = Purchase.Amount - PaidByBank,
            Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, PaidByBank, PaidByBank, PaidByBank) { PaidOutside = PaidByBank },
        };
        await CanceledAsync(others, ShouldBeGivenBackWithoutAsync);
        var last = others.Written.Last();
        last.RefundedOutside.ShouldBe(Purchase.Amount - PaidByBank);
        last.Facts.ShouldHaveSingleItem().ShouldBeOfType<LedgerFact.RefundIssued>().Amount.Minor.ShouldBe(Purchase.Amount - PaidByBank);
    }

    [Fact]
    public async Task A_cancel_waits_for_a_merchants_refund_that_is_under_way_and_asks_nobody()
    {
        var others = new Others { Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, Purchase.Amount, 0, 0) };
        others.Counted = () =>
        {
            others.AtProvider = Purchase.Amount;
            others.Totals = others.Totals with { Refunded = Purchase.Amount, Booked = Purchase.Amount };
        };
        await CanceledAsync(others, ShouldBeGivenBackWithoutAsync);
    }

    [Fact]
    public async Task A_payment_by_the_bank_that_came_on_top_of_what_the_provider_gave_back_is_shown_and_not_dropped()
    {
        // No such checkout is in the stack's rows, so that its refund is refused, also one that books a transfer.
        var others = new Others { AtProvider = 0, Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, 0, 0, 0) };
        await CanceledAsync(others, async handle =>
        {
            (await UntilHeldAsync(handle, "")).Reason.ShouldBe(HoldReason.RefundFailed);
            var asked = await RefundsAsync(handle);
            await RunningStack.ActAsync(handle, HoldAction.MarkSucceeded, "bank:TED-81");
            await UntilHeldAsync(handle, "bank:TED-81 is not in the books yet");
            (await RefundsAsync(handle)).ShouldBe(asked + 1);

            others.AtProvider = Purchase.Amount;
            await RunningStack.ActAsync(handle, HoldAction.Retry);
            await UntilHeldAsync(handle, "bank:TED-81 came on top");
            await RunningStack.ActAsync(handle, HoldAction.Retry);
            (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).View.Status.ShouldBe(CheckoutStatus.Canceled);
            (await RefundsAsync(handle)).ShouldBe(asked + 1);
        });
    }

    [Fact]
    public async Task An_undo_that_is_held_goes_on_when_the_provider_tells_that_the_payment_is_free()
    {
        var others = new Others
        {
            Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, Purchase.Amount, Purchase.Amount, Purchase.Amount),
            AtProvider = Purchase.Amount,
            IsStuck = true,
        };
        await CanceledAsync(others, async handle =>
        {
            (await UntilHeldAsync(handle, "")).Reason.ShouldBe(HoldReason.CompensationFailed);
            await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_1", "payment_intent.processing", "pi_1")));
            await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_2", "payment_intent.canceled", "pi_1")));
            await RunningStack.EventuallyAsync(() => Task.FromResult(others.Undos), undos => undos > 1);
            others.IsStuck = false;
            await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_3", "payment_intent.canceled", "pi_1")));
            (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).View.Status.ShouldBe(CheckoutStatus.Canceled);
        });
    }

    [Fact]
    public async Task A_look_that_the_provider_does_not_answer_is_repeated_before_a_person_is_asked()
    {
        var others = new Others
        {
            LooksInVain = 2,
            AtProvider = Purchase.Amount,
            Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, Purchase.Amount, Purchase.Amount, Purchase.Amount),
        };
        await CanceledAsync(others, ShouldBeGivenBackWithoutAsync);
        others.LooksInVain.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_meets_the_refund_of_an_earlier_one_goes_on_once_it_is_told_that_the_money_is_back()
    {
        var others = new Others { Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, 0, 0, 0) };
        var refund = RefundId.Parse($"ref_{others.Checkout.Value["chk_".Length..]}_undo1");
        var input = new RefundInput { RefundId = refund, CheckoutId = others.Checkout };

        // Nobody works at this one: it stays open as one does that waits for the checkout's documents.
        var earlier = await stack.Temporal.StartWorkflowAsync((IRefundWorkflow workflow) => workflow.RunAsync(input), new WorkflowOptions(WorkflowIds.Refund(refund), "nobodys"));
        try
        {
            await CanceledAsync(others, async handle =>
            {
                await RunningStack.EventuallyAsync(() => handle.FetchHistoryAsync(), history => history.Events.Any(one => one.EventType == EventType.StartChildWorkflowExecutionFailed));
                others.AtProvider = Purchase.Amount;
                others.Totals = new RefundTotals(CheckoutStatus.Completed, Purchase.Amount, Purchase.Amount, Purchase.Amount, Purchase.Amount);
                var told = new RefundOutcomeSignal(refund, new RefundView { Status = RefundStatus.Succeeded, Amount = Purchase.Amount, ProviderRefundId = "re_1" });
                await handle.SignalAsync(workflow => workflow.RefundOutcomeAsync(told));
                var result = await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30));
                (result.View.Status, result.View.AmountRefunded).ShouldBe((CheckoutStatus.Canceled, Purchase.Amount));
                result.Compensations.ShouldContain(one => one.Reference == "re_1");
            });
        }
        finally
        {
            await earlier.TerminateAsync();
        }
    }

    private static async Task<HeldView> UntilHeldAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, string message) => (await RunningStack.EventuallyAsync(
        () => handle.QueryAsync(workflow => workflow.Holds()), view => view.Open is [var open] && open.Message.Contains(message, StringComparison.Ordinal))).Open[0];

    private static async Task<int> RefundsAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle) =>
        (await handle.FetchHistoryAsync()).Events.Count(one => one.EventType == EventType.StartChildWorkflowExecutionInitiated);

    private static async Task ShouldBeGivenBackWithoutAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle)
    {
        var view = (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).View;
        (view.Status, view.AmountRefunded).ShouldBe((CheckoutStatus.Canceled, Purchase.Amount));
        (await RefundsAsync(handle)).ShouldBe(0);
    }

    private Task CanceledAsync(Others others, Func<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>, Task> play) => stack.WithWorkerAsync<CheckoutWorkflow>(Queue, others, async () =>
    {
        var input = Purchase.With();
        var options = new WorkflowOptions($"checkout/acme/{input.Order}", Queue);
        options.SignalWithStart((ICheckoutWorkflow workflow) => workflow.CancelAsync(new CancelSignal("changed their mind")));
        await play(await stack.Temporal.StartWorkflowAsync((ICheckoutWorkflow workflow) => workflow.RunAsync(input), options));
    });

    /// <summary>A completed checkout's row, and its provider.</summary>
    private sealed class Others
    {
        private static readonly Currency Currency = Currency.Parse("eur");

        public CheckoutId Checkout { get; } = CheckoutId.Parse($"chk_{Guid.NewGuid():N}");

        /// <summary>What the provider has given back.</summary>
        public long AtProvider { get; set; }

        public required RefundTotals Totals { get; set; }

        /// <summary>What happens once the totals have been read.</summary>
        public Action? Counted { get; set; }

        /// <summary>How many looks at the payment get no answer.</summary>
        public int LooksInVain { get; set; }

        public ConcurrentQueue<CheckoutRecord> Written { get; } = [];

        [Activity("begin_checkout")]
        public Task<CheckoutStart> BeginAsync(BeginCheckout begin) => Task.FromResult(new CheckoutStart
        {
            CheckoutId = Checkout,
            TransactionId = begin.NewTransactionId,
            Attempt = 1,
            Placement = Placement.Lean,
            Policies = begin.Input.Policies!,
            View = new CheckoutView
            {
                Status = CheckoutStatus.Completed,
                Amount = Purchase.Amount,
                AmountCaptured = Purchase.Amount,
                Payment = new PaymentReference("stripe", "pi_1", "card"),
            },
        });

        /// <summary>Whether the payment cannot be taken back now.</summary>
        public bool IsStuck { get; set; }

        public int Undos { get; private set; }

        [Activity("undo_payment")]
        public Task<MoneyVerdict> UndoAsync(UndoRequest request)
        {
            Undos++;
            return Task.FromResult<MoneyVerdict>(IsStuck ? new MoneyVerdict.NotAttempted(RefusalCause.State, "not_now", "Not now.") : new MoneyVerdict.Succeeded(Payment()));
        }

        [Activity("read_payment")]
        public Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request)
        {
            if (LooksInVain == 0)
            {
                return Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment()));
            }

            LooksInVain--;
            return Task.FromResult<MoneyVerdict>(new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer."));
        }

        [Activity("read_refund_totals")]
        public Task<RefundTotals> TotalsAsync(RefundTotalsRequest request)
        {
            var totals = Totals;
            Counted?.Invoke();
            return Task.FromResult(totals);
        }

        [Activity("record_checkout")]
        public Task<CheckoutRecorded> RecordAsync(CheckoutRecord record)
        {
            Written.Enqueue(record);
            return Task.FromResult(new CheckoutRecorded(record.View.Status, record.View.Revision));
        }

        [Activity("write_audit")]
        public static Task AuditAsync(AuditLine line) => Task.CompletedTask;

        private ProviderPayment Payment() => new()
        {
            Provider = "stripe",
            Id = "pi_1",
            State = PaymentState.Captured,
            Amount = new Money(Purchase.Amount, Currency),
            Capturable = Money.Zero(Currency),
            Captured = new Money(Purchase.Amount, Currency),
            Refunded = new Money(AtProvider, Currency),
        };
    }
}
