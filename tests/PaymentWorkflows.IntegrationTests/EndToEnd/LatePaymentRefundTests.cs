using System.Collections.Concurrent;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.LatePayments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.LatePayments;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>How a late payment ends whose money others give back; on a real engine with the rows of the test.</summary>
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
        var others = new Others();
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
            (await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(LatePaymentStatus.Refunded);
        });
        others.Written.ShouldHaveSingleItem().Facts.Count.ShouldBe(2);
    }

    /// <summary>A provider where a person gave a part back, and rows where the merchant has refunded the rest.</summary>
    private sealed class Others
    {
        public ConcurrentQueue<LatePaymentRecord> Written { get; } = [];

        [Activity("read_payment")]
        public static Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request) => Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(new ProviderPayment
        {
            Provider = "stripe",
            Id = request.PaymentId,
            State = PaymentState.Captured,
            Amount = Euro(Purchase.Amount),
            Capturable = Euro(0),
            Captured = Euro(Purchase.Amount),
            Refunded = Euro(ByHand),
        }));

        [Activity("record_late_payment")]
        public Task RecordAsync(LatePaymentRecord record)
        {
            Written.Enqueue(record);
            return Task.CompletedTask;
        }

        [Activity("read_refund_totals")]
        public static Task<RefundTotals> TotalsAsync(RefundTotalsRequest request) =>
            Task.FromResult(new RefundTotals(CheckoutStatus.Expired, Purchase.Amount, Purchase.Amount - ByHand, Purchase.Amount - ByHand, 0) { RefundedOutside = ByHand });

        private static Money Euro(long minor) => new(minor, Currency.Parse("eur"));
    }
}
