using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Temporalio.Testing;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A refund is sent once for its business attempt, behind the checkouts, and a no is final.</summary>
public class RefundActivityTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryAttemptStore store = new();
    private readonly RefundingProvider provider = new();

    [Fact]
    public async Task Calls_for_refunds_leave_a_part_of_the_limit_to_checkouts()
    {
        await RefundAsync();
        provider.Priorities.ShouldBe([CallPriority.Refund]);
        CallPriorities.Current.ShouldBe(CallPriority.Checkout);
    }

    [Fact]
    public async Task A_refusal_is_never_sent_again_under_its_attempt()
    {
        provider.Answer = new MoneyVerdict.NotAttempted(RefusalCause.State, "charge_disputed", "It is disputed.");
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Declined>().Decline.Code.ShouldBe("charge_disputed");
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Declined>();
        provider.Sends.ShouldBe(["refund/ref_1:refund:1"]);
    }

    [Fact]
    public async Task A_pending_refund_is_read_by_its_id_until_it_ends()
    {
        provider.Answer = new MoneyVerdict.Pending(Refund(100), null);
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Pending>();
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Pending>();
        provider.Answer = new MoneyVerdict.NotAttempted(RefusalCause.State, "lost_or_stolen_card", "Refund re_1 ended as failed.");
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Declined>().Decline.Code.ShouldBe("lost_or_stolen_card");
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Declined>();
        provider.Sends.Count.ShouldBe(1);
        provider.Reads.ShouldBe(["re_1", "re_1"]);
    }

    [Fact]
    public async Task A_refund_that_the_provider_named_does_not_become_absent()
    {
        provider.Answer = new MoneyVerdict.Pending(Refund(100), null);
        await RefundAsync();
        provider.Answer = new MoneyVerdict.NotAttempted(RefusalCause.Absent, "resource_missing", "No such refund.");
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        provider.Sends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_amount_than_asked_for_is_no_success()
    {
        provider.Answer = new MoneyVerdict.Succeeded(Refund(99));
        (await RefundAsync()).ShouldBeOfType<MoneyVerdict.Unknown>().Cause.ShouldBe(UnknownCause.Contradiction);
    }

    [Theory]
    [InlineData("refund/ref_1:refund:1", true)]
    [InlineData("refund/ref_2:refund:1", false)]
    public async Task Evidence_counts_when_the_refund_carries_this_attempts_key(string key, bool counts)
    {
        provider.Answer = new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer.");
        await RefundAsync();
        provider.Answer = new MoneyVerdict.Succeeded(Refund(100) with { AttemptKey = key });
        (await RefundAsync("re_1") is MoneyVerdict.Succeeded).ShouldBe(counts);
        provider.Sends.Count.ShouldBe(1);
    }

    private Task<MoneyVerdict> RefundAsync(string? evidence = null)
    {
        var activities = new PaymentActivities(provider, new NoCustomers(), new AttemptRunner(store, clock), new PaymentUndo(provider, store, clock), NullLogger<PaymentActivities>.Instance);
        var request = new RefundRequest
        {
            Key = AttemptKey.Parse("refund/ref_1:refund:1"),
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "refund/ref_1",
            PaymentId = "pi_1",
            Amount = Euro(100),
            Evidence = evidence,
        };
        return new ActivityEnvironment().RunAsync(() => activities.RefundAsync(request));
    }

    private static Money Euro(long minor) => new(minor, Currency.Parse("eur"));

    private static ProviderPayment Refund(long amount) => new()
    {
        Provider = "scripted",
        Id = "pi_1",
        State = PaymentState.Captured,
        Amount = Euro(500),
        Capturable = Euro(0),
        Captured = Euro(500),
        Refunded = Euro(amount),
        RefundId = "re_1",
        AttemptKey = "refund/ref_1:refund:1",
    };

    private sealed class RefundingProvider : IPaymentProvider
    {
        public MoneyVerdict Answer { get; set; } = new MoneyVerdict.Succeeded(Refund(100));

        public List<string> Sends { get; } = [];

        public List<string> Reads { get; } = [];

        public List<CallPriority> Priorities { get; } = [];

        public string Name => "scripted";

        public TimeSpan SearchLag => TimeSpan.Zero;

        public Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken)
        {
            Sends.Add(idempotencyKey);
            Priorities.Add(CallPriorities.Current);
            return Task.FromResult(Answer);
        }

        public Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken)
        {
            Reads.Add(refundId);
            return Task.FromResult(Answer);
        }

        public Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken) => Task.FromResult(Answer);

        public Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request, KnownCustomer? payer, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> CancelAsync(string paymentId, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> ReadAsync(string paymentId, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken) => throw NotHere();

        private static InvalidOperationException NotHere() => new("A refund has no business here.");
    }
}
