using System.Collections.Concurrent;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.LatePayments;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.LatePayments;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>How a late payment ends of whose money others give back some; on a real engine with the rows of the test.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class LatePaymentRefundTests(RunningStack stack)
{
    private const string Queue = "late-payment-test";
    private const long ByHand = 1000;

    [Fact]
    public async Task A_late_payment_is_over_once_what_a_person_gave_back_at_the_provider_and_a_merchants_refund_make_it_whole()
    {
        // No such checkout is in the stack's rows, so that its own refund is refused - as it is where nothing is left to refund.
        var others = new Others { GivenBack = ByHand };
        (await EndOfAsync(others)).ShouldBe(LatePaymentStatus.Refunded);
        others.Written.ShouldHaveSingleItem().Facts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_payment_that_the_bank_paid_in_part_gives_back_no_more_than_the_rest()
    {
        var others = new Others { Recorded = new LatePaymentRecorded(Beside: true) { PaidOutside = Purchase.Amount - ByHand } };
        (await EndOfAsync(others)).ShouldBe(LatePaymentStatus.Refunded);
        others.Refunds.ShouldHaveSingleItem().Amount.Minor.ShouldBe(ByHand);
        others.Written.Last().ReturnedInAll.ShouldBe(ByHand);
    }

    [Fact]
    public async Task A_transfer_that_a_person_told_of_for_another_amount_than_is_left_is_booked_once_they_have_seen_it()
    {
        var others = new Others { Recorded = new LatePaymentRecorded(Beside: true), Refuses = true };
        var ended = await EndOfAsync(others, async handle =>
        {
            await UntilHeldAsync(handle, "EUR 39.98");
            others.GivenBack = ByHand;
            await ActAsync(handle);
            await UntilHeldAsync(handle, "bank:TED-82 was told of when EUR 39.98 was left");
            others.Written.ShouldNotContain(record => record.Facts.Any(fact => fact is LedgerFact.RefundPaidOutside));
            await ActAsync(handle);
        });
        ended.ShouldBe(LatePaymentStatus.Refunded);
        others.Written.SelectMany(record => record.Facts).OfType<LedgerFact.RefundPaidOutside>().ShouldHaveSingleItem().Amount.Minor.ShouldBe(Purchase.Amount - ByHand);
        others.Written.Last().ReturnedInAll.ShouldBe(ByHand);
    }

    private static Task UntilHeldAsync(WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> handle, string message) => RunningStack.EventuallyAsync(
        () => handle.QueryAsync(workflow => workflow.Holds()), view => view.Open is [var open] && open.Message.Contains(message, StringComparison.Ordinal));

    private static Task ActAsync(WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> handle) => handle.SignalAsync(workflow => workflow.InterveneAsync(
        new Intervention { Action = HoldRules.Name(HoldAction.MarkSucceeded), Actor = "dana", Reason = "it is right", Evidence = "bank:TED-82" }));

    private async Task<LatePaymentStatus> EndOfAsync(Others others, Func<WorkflowHandle<ILatePaymentWorkflow, LatePaymentView>, Task>? play = null)
    {
        var ended = LatePaymentStatus.Looking;
        await stack.WithWorkerAsync<LatePaymentWorkflow>(Queue, others, async () =>
        {
            var input = new LatePaymentInput
            {
                CheckoutId = CheckoutId.Parse($"chk_{Guid.NewGuid():N}"),
                TransactionId = TransactionId.Parse("txn_late"),
                Merchant = MerchantId.Parse("acme"),
                PaymentId = "pi_late",
                Placement = Placement.Lean,
                Policies = new RefundPolicies(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)),
            };
            var handle = await stack.Temporal.StartWorkflowAsync(
                (ILatePaymentWorkflow workflow) => workflow.RunAsync(input), new WorkflowOptions($"late-payment/{input.CheckoutId}", Queue));
            await (play?.Invoke(handle) ?? Task.CompletedTask);
            ended = (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).Status;
        });
        return ended;
    }

    /// <summary>A provider, and rows where the merchant has refunded all but <see cref="ByHand"/>.</summary>
    private sealed class Others
    {
        /// <summary>What the provider has given back, in minor units.</summary>
        public long GivenBack { get; set; }

        /// <summary>What the rows answer; null as those answered that knew no second payment.</summary>
        public LatePaymentRecorded? Recorded { get; init; }

        public bool Refuses { get; init; }

        public ConcurrentQueue<LatePaymentRecord> Written { get; } = [];

        public ConcurrentQueue<RefundRequest> Refunds { get; } = [];

        [Activity("refund_payment")]
        public Task<MoneyVerdict> RefundAsync(RefundRequest request)
        {
            Refunds.Enqueue(request);
            if (Refuses)
            {
                return Task.FromResult<MoneyVerdict>(new MoneyVerdict.NotAttempted(RefusalCause.State, "charge_disputed", "It is disputed."));
            }

            GivenBack += request.Amount.Minor;
            return Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment(request.PaymentId, request.Amount) with { RefundId = "re_late" }));
        }

        [Activity("read_payment")]
        public Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request) =>
            Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment(request.PaymentId, Euro(GivenBack))));

        [Activity("write_audit")]
        public static Task AuditAsync(AuditLine line) => Task.CompletedTask;

        [Activity("record_late_payment")]
        public Task<LatePaymentRecorded?> RecordAsync(LatePaymentRecord record)
        {
            Written.Enqueue(record);
            return Task.FromResult(Recorded);
        }

        [Activity("read_refund_totals")]
        public static Task<RefundTotals> TotalsAsync(RefundTotalsRequest request) =>
            Task.FromResult(new RefundTotals(CheckoutStatus.Expired, Purchase.Amount, Purchase.Amount - ByHand, Purchase.Amount - ByHand, 0) { RefundedOutside = ByHand });

        private static ProviderPayment Payment(string id, Money refunded) => new()
        {
            Provider = "stripe",
            Id = id,
            State = PaymentState.Captured,
            Amount = Euro(Purchase.Amount),
            Capturable = Euro(0),
            Captured = Euro(Purchase.Amount),
            Refunded = refunded,
        };

        private static Money Euro(long minor) => new(minor, Currency.Parse("eur"));
    }
}
