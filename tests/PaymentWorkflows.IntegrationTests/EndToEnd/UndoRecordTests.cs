using System.Collections.Concurrent;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What an undo writes when a lost task has written more than the one that is run again; on a real engine with the rows of the test.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class UndoRecordTests(RunningStack stack)
{
    private const string Queue = "undo-record-test";

    [Fact]
    public async Task The_last_word_of_an_undo_is_the_rows_also_when_a_lost_task_had_written_more_often()
    {
        var others = new Others();
        await stack.WithWorkerAsync<CheckoutWorkflow>(Queue, others, async () =>
        {
            var input = Purchase.With(capture: CaptureMode.Manual);
            var handle = await stack.Temporal.StartWorkflowAsync((ICheckoutWorkflow workflow) => workflow.RunAsync(input), new WorkflowOptions($"checkout/acme/{input.Order}", Queue));
            (await handle.ExecuteUpdateAsync(workflow => workflow.AwaitOutcomeAsync())).View.Status.ShouldBe(CheckoutStatus.RequiresCapture);
            await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("changed their mind")));
            (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).View.Status.ShouldBe(CheckoutStatus.Canceled);
        });

        // The first was refused by the row, which had come further; the second is in it.
        var last = others.Written.Where(one => one.View.Status == CheckoutStatus.Canceled).ToList();
        last.Select(one => one.Notice).ShouldBe(["checkout.canceled", "checkout.canceled"]);
        last[1].View.Revision.ShouldBe(last[0].View.Revision + Others.Further + 1);
    }

    /// <summary>Rows and provider, as far as this story needs them.</summary>
    private sealed class Others
    {
        /// <summary>How many steps the lost task had come further.</summary>
        public const int Further = 2;

        private bool isFurther = true;

        public ConcurrentQueue<CheckoutRecord> Written { get; } = [];

        [Activity("begin_checkout")]
        public static Task<CheckoutStart> BeginAsync(BeginCheckout begin) => Task.FromResult(new CheckoutStart
        {
            CheckoutId = begin.NewCheckoutId,
            TransactionId = begin.NewTransactionId,
            Attempt = 1,
            Placement = Contracts.Placement.Lean,
            Policies = begin.Input.Policies!,
            View = new CheckoutView { Status = CheckoutStatus.Processing, Amount = Purchase.Amount },
        });

        [Activity("authorize_payment")]
        public static Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request) => Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment(request.Amount, PaymentState.Authorized)));

        [Activity("read_payment")]
        public static Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request) =>
            Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment(new Money(Purchase.Amount, Currency.Parse("eur")), PaymentState.Authorized)));

        [Activity("undo_payment")]
        public static Task<MoneyVerdict> UndoAsync(UndoRequest request) =>
            Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Payment(new Money(Purchase.Amount, Currency.Parse("eur")), PaymentState.Canceled)));

        [Activity("record_checkout")]
        public Task<CheckoutRecorded> RecordAsync(CheckoutRecord record)
        {
            Written.Enqueue(record);
            if (record.View.Status == CheckoutStatus.Canceled && isFurther)
            {
                isFurther = false;
                return Task.FromResult(new CheckoutRecorded(CheckoutStatus.RequiresCapture, record.View.Revision + Further));
            }

            return Task.FromResult(new CheckoutRecorded(record.View.Status, record.View.Revision));
        }

        [Activity("write_audit")]
        public static Task AuditAsync(AuditLine line) => Task.CompletedTask;

        private static ProviderPayment Payment(Money amount, PaymentState state) => new()
        {
            Provider = "stripe",
            Id = "pi_1",
            State = state,
            Amount = amount,
            Capturable = state == PaymentState.Authorized ? amount : Money.Zero(amount.Currency),
            Captured = Money.Zero(amount.Currency),
        };
    }
}
