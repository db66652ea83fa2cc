using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Temporalio.Testing;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A capture of a reservation that is not what it was any more.</summary>
public sealed class CaptureTests
{
    [Theory]
    [InlineData(PaymentState.Authorized, 100, "captured")]
    [InlineData(PaymentState.Captured, 100, "captured")]
    [InlineData(PaymentState.Captured, 60, "held")]
    [InlineData(PaymentState.Canceled, 100, "ended")]
    [InlineData(PaymentState.Processing, 100, "held")]
    [InlineData(PaymentState.Open, 100, "held")]
    public async Task What_ended_or_was_captured_before_the_capture_came_is_taken_as_it_is(PaymentState met, long asked, string expected)
    {
        var amount = new Money(asked, Currency.Parse("eur"));
        var decision = CheckoutDecider.AfterCapture(amount, await CaptureAsync(new MovingProvider(met), amount));

        (decision switch
        {
            PaymentDecision.Captured => "captured",
            PaymentDecision.Ended => "ended",
            PaymentDecision.Hold { Reason: HoldReason.ProviderContradiction } => "held",
            _ => decision.ToString(),
        }).ShouldBe(expected);
    }

    private static Task<MoneyVerdict> CaptureAsync(MovingProvider provider, Money amount)
    {
        var (store, clock) = (new MemoryAttemptStore(), new FakeTimeProvider());
        var activities = new PaymentActivities(provider, new NoCustomers(), new AttemptRunner(store, clock), new PaymentUndo(provider, store, clock), NullLogger<PaymentActivities>.Instance);
        var request = new CaptureRequest
        {
            Key = AttemptKey.Parse("checkout/acme/1:capture:1"),
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            PaymentId = "pi_1",
            Amount = amount,
        };
        return new ActivityEnvironment().RunAsync(() => activities.CaptureAsync(request));
    }
}
