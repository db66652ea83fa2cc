using System.Collections.Concurrent;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.Sagas.Refunds;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Workflows;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What follows a refund: the tax that is taken back, on a real engine with a tax engine of the test. The credit note is tried with the ERP.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class RefundDocumentTests(RunningStack stack)
{
    private const string Queue = "refund-documents-test";

    [Fact]
    public async Task Tax_follows_the_answer_and_a_refusal_waits_for_a_person()
    {
        var id = RefundId.Parse($"ref_{Guid.NewGuid():N}");
        var others = new Others(id);
        await RefundAsync(id, others, async handle =>
        {
            // The engine refuses: the caller is told all the same.
            (await handle.ExecuteUpdateAsync(workflow => workflow.AwaitOutcomeAsync())).Status.ShouldBe(RefundStatus.Succeeded);
            var held = await RunningStack.EventuallyAsync(() => handle.QueryAsync(workflow => workflow.Holds()), holds => holds.Open.Count == 1);
            (held.Open[0].Id, held.Open[0].Message).ShouldBe(("tax", "Not today."));
            others.Refuses = false;
            await handle.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Action = "retry", Actor = "dana", Reason = "it is repaired" }));
            var result = await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30));
            result.View.Steps.Select(step => (step.Name, step.Status)).ShouldBe(
            [
                (RefundStep.Reserve, StepStatus.Done), (RefundStep.Refund, StepStatus.Done), (RefundStep.Ledger, StepStatus.Done),
                (RefundStep.Tax, StepStatus.Done), (RefundStep.Notify, StepStatus.Done),
            ]);
            (result.View.AmountTax, result.View.AmountOfSale).ShouldBe((160, 1000));
        });

        // The checkout's own tax transaction came a moment after the refund.
        others.Looks.ShouldBeGreaterThan(1);
        var reversal = others.Reversals.Last();
        (reversal.Original, reversal.Amount, reversal.Key.Value).ShouldBe(("tax_1", Others.Euro(1000), $"refund/{id}:tax:1"));
        others.Audit.ToArray().ShouldBe(["hold.opened", "intervention.accepted"]);
    }

    [Fact]
    public async Task What_the_provider_tells_of_a_refund_that_was_paid_in_another_way_does_not_keep_its_documents_waiting()
    {
        var id = RefundId.Parse($"ref_{Guid.NewGuid():N}");
        var others = new Others(id);
        await RefundAsync(id, others, async handle =>
        {
            await RunningStack.EventuallyAsync(() => handle.QueryAsync(workflow => workflow.Holds()), holds => holds.Open.Count == 1);

            // The money comes back, and a person sends it by the bank; then the provider tells of it once more.
            await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_1", "refund.failed", "pi_1") { RefundId = "re_1" }));
            await RunningStack.EventuallyAsync(() => handle.QueryAsync(workflow => workflow.Holds()), holds => holds.Open.Any(hold => hold.Id == "refund"));
            await handle.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Hold = "refund", Action = "mark_succeeded", Actor = "dana", Reason = "sent by the bank", Evidence = "bank:SEPA-1" }));
            await RunningStack.EventuallyAsync(() => handle.QueryAsync(workflow => workflow.View()), view => view.PaidOutside == "bank:SEPA-1");
            await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_2", "charge.refund.updated", "pi_1") { RefundId = "re_1" }));

            others.Refuses = false;
            await handle.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Action = "retry", Actor = "dana", Reason = "it is repaired" }));
            var result = await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30));
            (result.View.Status, result.View.PaidOutside).ShouldBe((RefundStatus.Succeeded, "bank:SEPA-1"));
            (await handle.FetchHistoryAsync()).Events.ShouldNotContain(one => one.EventType == EventType.WorkflowTaskFailed);
        });
    }

    [Fact]
    public async Task A_refund_that_is_started_directly_is_a_merchants_and_in_its_checkouts_currency()
    {
        var id = RefundId.Parse($"ref_{Guid.NewGuid():N}");
        var others = new Others(id) { Refuses = false };
        var order = new RefundInput { RefundId = id, CheckoutId = others.Checkout, Amount = 1000, Currency = Currency.Parse("jpy"), Origin = RefundOrigin.Compensation, Evidence = "bank:SEPA-1" };
        await RefundAsync(order, others, async handle => await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        others.Begun.ShouldBe(order with { Currency = null, Origin = RefundOrigin.Merchant, Evidence = null });
    }

    [Fact]
    public async Task A_checkout_that_was_ended_and_begun_again_hears_of_the_refund_that_its_earlier_run_started()
    {
        var id = RefundId.Parse($"ref_{Guid.NewGuid():N}");
        var wait = new TaskCompletionSource();
        var others = new Others(id) { Refuses = false, Sends = wait.Task };
        using var worker = new TemporalWorker(
            stack.Temporal, new TemporalWorkerOptions(Queue).AddWorkflow<RefundWorkflow>().AddWorkflow<UndoingCheckout>().AddAllActivities(others));
        await worker.ExecuteAsync(async () =>
        {
            var order = new RefundInput { RefundId = id, CheckoutId = others.Checkout, Amount = 1000, Origin = RefundOrigin.Compensation };
            var options = new WorkflowOptions($"undoing-checkout/{id}", Queue);
            var first = await stack.Temporal.StartWorkflowAsync((UndoingCheckout workflow) => workflow.RunAsync(order), options);
            await RunningStack.EventuallyAsync(() => Task.FromResult(others.Begun), begun => begun is not null);
            await first.TerminateAsync("an operator's");
            var second = await stack.Temporal.StartWorkflowAsync((UndoingCheckout workflow) => workflow.RunAsync(null), options);
            wait.SetResult();
            (await second.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).RefundId.ShouldBe(id);
            await stack.Temporal.GetWorkflowHandle<IRefundWorkflow, RefundResult>(WorkflowIds.Refund(id)).GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30));
        });
    }

    private Task RefundAsync(RefundId id, Others others, Func<WorkflowHandle<IRefundWorkflow, RefundResult>, Task> play) =>
        RefundAsync(new RefundInput { RefundId = id, CheckoutId = others.Checkout, Amount = 1000 }, others, play);

    private Task RefundAsync(RefundInput input, Others others, Func<WorkflowHandle<IRefundWorkflow, RefundResult>, Task> play) => stack.WithWorkerAsync<RefundWorkflow>(Queue, others, async () =>
    {
        await play(await stack.Temporal.StartWorkflowAsync((IRefundWorkflow workflow) => workflow.RunAsync(input), new WorkflowOptions(WorkflowIds.Refund(input.RefundId), Queue)));
    });

    /// <summary>What a checkout is to the refund that it starts: its first run starts it, any run waits for it.</summary>
    [Workflow("UndoingCheckout")]
    public sealed class UndoingCheckout
    {
        private RefundOutcomeSignal? told;

        [WorkflowRun]
        public async Task<RefundOutcomeSignal> RunAsync(RefundInput? refund)
        {
            if (refund is not null)
            {
                await Workflow.StartChildWorkflowAsync(
                    (IRefundWorkflow workflow) => workflow.RunAsync(refund),
                    new ChildWorkflowOptions { Id = WorkflowIds.Refund(refund.RefundId), ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy.Abandon });
            }

            await Workflow.WaitConditionAsync(() => told is not null);
            return told!;
        }

        [WorkflowSignal("refund_outcome")]
        public Task RefundOutcomeAsync(RefundOutcomeSignal signal)
        {
            told = signal;
            return Task.CompletedTask;
        }
    }

    /// <summary>Rows, provider and tax engine, as far as this story needs them.</summary>
    private sealed class Others(RefundId id)
    {
        private static readonly Currency Currency = Currency.Parse("eur");
        private static readonly TransactionId Transaction = TransactionId.Parse("txn_documents");

        public CheckoutId Checkout { get; } = CheckoutId.Parse("chk_documents");

        public bool Refuses { get; set; } = true;

        /// <summary>What the refund was begun with.</summary>
        public RefundInput? Begun { get; private set; }

        /// <summary>Until it has ended, the provider's answer is not there.</summary>
        public Task Sends { get; init; } = Task.CompletedTask;

        public int Looks { get; private set; }

        public ConcurrentQueue<ReverseTaxRequest> Reversals { get; } = [];

        public ConcurrentQueue<string> Audit { get; } = [];

        public static Money Euro(long minor) => new(minor, Currency);

        [Activity("begin_refund")]
        public Task<RefundStart> BeginAsync(RefundInput input) => Task.FromResult(Start(Begun = input));

        private RefundStart Start(RefundInput input) => new()
        {
            RefundId = id,
            CheckoutId = Checkout,
            TransactionId = Transaction,
            Merchant = MerchantId.Parse("acme"),
            Order = OrderId.Parse("ord_1"),
            Customer = CustomerId.Parse("cus_1"),
            Currency = Currency,
            Payment = new PaymentReference("stripe", "pi_1", "card"),
            IsTaxed = true,
            Placement = Placement.Lean,
            Policies = new RefundPolicies(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)),
            View = new RefundView { Status = RefundStatus.Processing, Amount = input.Amount!.Value },
        };

        [Activity("refund_payment")]
        public async Task<MoneyVerdict> RefundAsync(RefundRequest request)
        {
            await Sends;
            return new MoneyVerdict.Succeeded(new ProviderPayment
            {
                Provider = "stripe",
                Id = request.PaymentId,
                State = PaymentState.Captured,
                Amount = Euro(2380),
                Capturable = Euro(0),
                Captured = Euro(2380),
                Refunded = request.Amount,
                RefundId = "re_1",
            });
        }

        [Activity("read_refund")]
        public static Task<MoneyVerdict> ReadAsync(ReadRefundRequest request) => Task.FromResult<MoneyVerdict>(new MoneyVerdict.NotAttempted(RefusalCause.State, "closed", $"{request.ProviderRefundId} failed."));

        [Activity("record_refund")]
        public static Task<RefundRecorded> RecordAsync(RefundRecord record) => Task.FromResult(new RefundRecorded(record.View.Status, record.View.Revision)
        {
            AmountOfSale = 1000,
            AmountTax = 160,
            Taxes = [new TaxShare("de", Euro(160))],
        });

        [Activity("read_refund_totals")]
        public Task<RefundTotals> TotalsAsync(RefundTotalsRequest request) => Task.FromResult(new RefundTotals(CheckoutStatus.Completed, 2380, 1000, 1000, 1000)
        {
            Amount = 2380,
            Tax = new CheckoutTax("taxcalc_1", null, [], Looks++ == 0 ? null : "tax_1"),
        });

        [Activity("reverse_tax")]
        public Task<StepVerdict> ReverseAsync(ReverseTaxRequest request)
        {
            Reversals.Enqueue(request);
            return Task.FromResult<StepVerdict>(Refuses ? new StepVerdict.Refused("no", "Not today.") : new StepVerdict.Done("tax_2"));
        }

        [Activity("write_audit")]
        public Task AuditAsync(AuditLine line)
        {
            Audit.Enqueue(line.Event);
            return Task.CompletedTask;
        }
    }
}
