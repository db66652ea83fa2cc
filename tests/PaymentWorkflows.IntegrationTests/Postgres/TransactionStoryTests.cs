using System.Diagnostics;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>What the tables tell of one transaction, what waits in them, and the traces they keep.</summary>
public sealed class TransactionStoryTests(PostgresFixture server) : PostgresTests(server)
{
    [Fact]
    public async Task Nobody_knows_of_a_transaction_that_never_was()
    {
        await Stores.Checkouts.WrittenAsync();
        (await Stores.Transactions.ReadAsync(TransactionId.Parse("txn_nobody"), Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Every_table_tells_its_part()
    {
        var checkout = await WithKeyAsync("order-77");
        var key = AttemptKey.Parse($"{checkout.WorkflowId}:authorize:1");
        await Stores.Attempts.ClaimAsync(new AttemptDraft(key, "authorize", "hash", "stripe", checkout.TransactionId, checkout.WorkflowId), Noon.AddSeconds(1), Cancelled);
        await Stores.Attempts.RecordAsync(key, new MoneyVerdict.Succeeded(Payment(PaymentState.Captured, captured: 1_000)), Noon.AddSeconds(2), Cancelled);
        await Stores.Inbox.StoreAsync(
            new InboxEvent("main", "evt_1", "payment_intent.succeeded", new byte[] { 1 }, "s", Noon.AddSeconds(3), TransactionId: checkout.TransactionId), Cancelled);
        await Stores.Checkouts.AuditAsync(
            new AuditLine { WorkflowId = checkout.WorkflowId, TransactionId = checkout.TransactionId, Event = "intervention.accepted", Actor = "dana", Action = "retry", Reference = "r" }, Noon.AddSeconds(4), Cancelled);
        await Stores.Checkouts.RecordAsync(checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed"), [checkout.Capture("capture/1", 1_000)], Noon.AddSeconds(5), Cancelled);

        var story = (await Stores.Transactions.ReadAsync(checkout.TransactionId, Cancelled))!;
        story.Story.Select(line => line.Kind).Distinct().ShouldBe(["http", "checkout", "attempt", "event", "audit", "ledger", "notice"], ignoreOrder: true);
        (story.Status, story.Owner, story.Merchant, story.Truncated).ShouldBe((CheckoutStatus.Completed, null, "acme", false));
        story.Money.ShouldBe(new TransactionMoney("eur", 1_000, 1_000, 0, 1_000, 1_000));
        var attempt = story.Attempts.ShouldHaveSingleItem();
        (attempt.State, attempt.ProviderId, attempt.Sends, attempt.Owner).ShouldBe(("succeeded", "pi_1", 1, null));
        story.Events.ShouldHaveSingleItem().Id.ShouldBe("evt_1");
        story.LedgerEntries.ShouldHaveSingleItem().Postings.Sum(posting => posting.Amount).ShouldBe(0);
        story.Checkouts.ShouldHaveSingleItem().Id.ShouldBe(checkout.Id.Value);
        story.Links.Workflow.ShouldBe(checkout.WorkflowId);
        story.Story.Single(line => line.Kind == "http").Reference.ShouldBe("key-77");
        story.Story.Single(line => line.Kind == "audit").Title.ShouldBe("intervention.accepted: retry by dana");
    }

    [Fact]
    public async Task A_hold_and_an_unknown_outcome_are_told_with_their_owner()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var key = AttemptKey.Parse($"{checkout.WorkflowId}:authorize:1");
        await Stores.Attempts.ClaimAsync(new AttemptDraft(key, "authorize", "hash", "stripe", checkout.TransactionId, checkout.WorkflowId), Noon.AddSeconds(1), Cancelled);
        await Stores.Attempts.RecordAsync(key, new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer."), Noon.AddSeconds(2), Cancelled);
        var unknown = (await Stores.Transactions.ReadAsync(checkout.TransactionId, Cancelled))!;
        (unknown.Owner, unknown.Failure!.Code, unknown.Attempts.Single().Owner).ShouldBe((FailureOwner.Provider, "timeout", FailureOwner.Provider));
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Processing, 1, held: true));
        (await Stores.Transactions.ReadAsync(checkout.TransactionId, Cancelled))!.Failure!.Code.ShouldBe("unknown_outcome");
    }

    [Fact]
    public async Task What_waits_is_counted_with_the_age_of_the_oldest()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Stores.Inbox.StoreAsync(new InboxEvent("main", "evt_1", "t", new byte[] { 1 }, "s", Noon), Cancelled);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Processing, 1, "checkout.held", held: true));
        var backlog = await Stores.Backlog.ReadAsync(Noon.AddSeconds(30), Cancelled);
        (backlog.Inbox.Count, backlog.Inbox.Oldest, backlog.Outbox.Count, backlog.GivenUp, backlog.Unstarted.Count).ShouldBe((1, TimeSpan.FromSeconds(30), 1, 0, 1));
        backlog.Holds.ShouldBe(new Dictionary<HoldReason, long> { [HoldReason.UnknownOutcome] = 1 });
    }

    [Fact]
    public async Task A_checkout_keeps_the_trace_it_was_accepted_in_and_its_events_and_notices_go_on_in_it()
    {
        using var accepted = new Activity("accepted").SetIdFormat(ActivityIdFormat.W3C).Start();
        accepted.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var checkout = await Stores.Checkouts.WrittenAsync();
        (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.TraceParent.ShouldBe(accepted.Id);
        (await Stores.Checkouts.TakeUnstartedAsync(Noon.AddMinutes(1), Noon.AddMinutes(2), 1, Cancelled)).Single().TraceParent.ShouldBe(accepted.Id);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed"));
        (await Stores.Notices.TakeAsync(new Dictionary<MerchantId, int> { [checkout.Input.Merchant] = 1 }, Noon.AddMinutes(1), TimeSpan.FromMinutes(1), Cancelled)).Single().TraceParent.ShouldBe(accepted.Id);
        accepted.Stop();

        using var webhook = new Activity("webhook").SetIdFormat(ActivityIdFormat.W3C).Start();
        await Stores.Inbox.StoreAsync(new InboxEvent("main", "evt_1", "t", new byte[] { 1 }, "s", Noon, TransactionId: checkout.TransactionId) { TraceParent = Spans.Current }, Cancelled);
        await Stores.Inbox.StoreAsync(new InboxEvent("main", "evt_2", "t", new byte[] { 1 }, "s", Noon), Cancelled);
        var taken = await Stores.Inbox.TakeAsync(2, Noon.AddMinutes(1), TimeSpan.FromMinutes(1), Cancelled);
        taken.Select(one => (one.EventId, one.TraceParent, one.PurchaseTrace)).ShouldBe([("evt_1", webhook.Id, accepted.Id), ("evt_2", null, null)], ignoreOrder: true);
    }

    private async Task<StoredCheckout> WithKeyAsync(string order)
    {
        var claim = new IdempotencyClaim("merchant-key", "key-77", "hash", "gateway-a", TimeSpan.FromMinutes(1));
        var outcome = await Stores.Checkouts.CreateAsync(Given.Checkout(order: order), claim, Cancelled);
        return outcome.ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;
    }

    private static ProviderPayment Payment(PaymentState state, long captured)
    {
        var eur = Currency.Parse("eur");
        return new ProviderPayment { Provider = "stripe", Id = "pi_1", State = state, Amount = new Money(1_000, eur), Capturable = Money.Zero(eur), Captured = new Money(captured, eur) };
    }
}
