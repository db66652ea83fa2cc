using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <content>Every call of a store, with what there is in the filled tables.</content>
public sealed partial class IndexTests
{
    private static readonly DateTimeOffset Now = Noon.AddSeconds(Rows);
    private static readonly CheckoutId Middle = CheckoutId.Parse("chk_row10000");
    private static readonly RefundId OneRefund = RefundId.Parse("ref_10000");
    private static readonly CheckoutId Inserted = CheckoutId.Parse("chk_row10001");
    private static readonly MerchantId Merchant = MerchantId.Parse("m7");
    private static readonly OrderId Order = OrderId.Parse("order-10000");
    private static readonly AttemptKey Attempt = AttemptKey.Parse("checkout/m7/order-10000:authorize:1");
    private static readonly ErpDocumentDraft Document = new("chk_row10000:invoice", ErpDocumentKind.Invoice, "hash", "erp", Middle, TransactionId.Parse("txn_10000"));
    private static readonly TaxDraft Tax = new(AttemptKey.Parse("tax-10001"), "commit", "hash", "calc", "stripe", TransactionId.Parse("txn_1"), null);
    private static readonly IdempotencyClaim Claim = new("merchant-key", "key-10000", "hash", "gateway-a", TimeSpan.FromMinutes(1));

    private static IEnumerable<(string Name, Func<Stores, Task> Call)> Calls() =>
    [
        .. Lists().Select(list => ($"list {list.Name}", (Func<Stores, Task>)(stores => ListedAsync(stores, list.Query)))),
        ("find a checkout", async stores => (await stores.Checkouts.FindAsync(Middle, Cancelled)).ShouldNotBeNull()),
        ("create an order's next attempt", stores => stores.Checkouts.CreateAsync(Given.Checkout("m7", "order-10000"), Claim with { Key = "new" }, Cancelled)),
        ("note a start", stores => stores.Checkouts.MarkStartedAsync(Middle, Now, Cancelled)),
        ("take unstarted checkouts", async stores => (await stores.Checkouts.TakeUnstartedAsync(Now, Now.AddMinutes(1), 20, Cancelled)).Count.ShouldBe(20)),
        ("record a step", async stores =>
        {
            var checkout = (await stores.Checkouts.FindAsync(Inserted, Cancelled))!;
            await stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 9, "checkout.completed"), checkout.Capture("capture/new", 100));
        }),
        ("record a step that books much", async stores =>
        {
            var checkout = (await stores.Checkouts.FindAsync(Inserted, Cancelled))!;
            await stores.Checkouts.WriteAsync(
                checkout.Step(CheckoutStatus.Completed, 10), [.. Enumerable.Range(0, 100).Select(number => checkout.Capture($"capture/new/{number}", 100))]);
        }),
        ("show a transaction's entries", async stores => (await stores.Ledger.ShowAsync(TransactionId.Parse("txn_10000"), Cancelled)).Count.ShouldBe(2)),
        ("claim a key", async stores => (await stores.Keys.ClaimAsync(Claim, Now, Cancelled)).ShouldBeOfType<KeyOutcome.Granted>()),
        ("answer a key", async stores => (await stores.Keys.CompleteAsync(Claim, new StoredResponse(200, "{}"), Now, Cancelled)).ShouldBeTrue()),
        ("release a key", stores => stores.Keys.ReleaseAsync(Claim with { Key = "new" }, Cancelled)),
        ("delete old keys", async stores => (await stores.Keys.PruneAsync(Noon.AddSeconds(100), Cancelled)).ShouldBeGreaterThan(0)),
        ("claim an attempt", async stores => (await stores.Attempts.ClaimAsync(new AttemptDraft(Attempt, "authorize", "hash", "stripe", TransactionId.Parse("txn_1"), "w"), Now, Cancelled)).IsNew.ShouldBeFalse()),
        ("find an attempt", async stores => (await stores.Attempts.FindAsync(Attempt, Cancelled)).ShouldNotBeNull()),
        ("send an attempt again", async stores => (await stores.Attempts.ResendAsync(Attempt, 1, Now, Cancelled)).ShouldBeTrue()),
        ("record a verdict", stores => stores.Attempts.RecordAsync(Attempt, new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer."), Now, Cancelled)),
        ("claim a document", async stores => (await stores.Documents.ClaimAsync(Document, Now, Cancelled)).IsNew.ShouldBeFalse()),
        ("send a document again", stores => stores.Documents.ResendAsync(Document.Number, Now, Cancelled)),
        ("note that a document is posted", async stores => (await stores.Documents.PostedAsync(Document.Number, "erp_1", Now, Cancelled)).ShouldBe("erp_1")),
        ("add up what a customer paid", async stores => (await stores.Facts.OfCustomerAsync(Merchant, CustomerId.Parse("cus"), Currency.Parse("eur"), Now.AddHours(-1), Middle, Cancelled)).Count.ShouldBeGreaterThan(10)),
        ("add up what a card paid", async stores => (await stores.Facts.OfCardAsync("fp_7", Currency.Parse("eur"), Now.AddDays(-1), TransactionId.Parse("txn_1"), Cancelled)).Count.ShouldBe(1)),
        ("claim a tax transaction", async stores => (await stores.Taxes.ClaimAsync(Tax, Now, Cancelled)).IsNew.ShouldBeFalse()),
        ("tell a tax transaction again", async stores => (await stores.Taxes.ResendAsync(Tax.Key, 1, "again", Now, Cancelled)).ShouldBeTrue()),
        ("record a tax transaction", stores => stores.Taxes.RecordAsync(Tax.Key, new TaxAnswer(new StepVerdict.Unknown("No answer."), null, false), Now, Cancelled)),
        ("finish a tax transaction", stores => stores.Taxes.RecordAsync(Tax.Key, new TaxAnswer(new StepVerdict.Done("tax_x"), null, false), Now, Cancelled)),
        ("finish a tax transaction twice", async stores =>
            (await stores.Taxes.RecordAsync(Tax.Key, new TaxAnswer(new StepVerdict.Done("tax_y"), null, false), Now, Cancelled)).ShouldBe(new StepVerdict.Done("tax_x"))),
        ("tell what is left of a tax transaction", async stores => (await stores.Taxes.LeftOfAsync("tax_10", Cancelled)).ShouldBe(new TaxLeft(new Money(100, Currency.Parse("eur")), new Money(0, Currency.Parse("eur"))))),
        ("store an event", async stores => (await stores.Inbox.StoreAsync(Event("evt_10000"), Cancelled)).ShouldBeFalse()),
        ("take events", async stores => (await stores.Inbox.TakeAsync(50, Now, TimeSpan.FromMinutes(1), Cancelled)).Count.ShouldBe(50)),
        ("postpone an event", stores => stores.Inbox.PostponeAsync(Event("evt_10000"), Now, "later", Cancelled)),
        ("take notices", async stores => (await stores.Notices.TakeAsync(new Dictionary<MerchantId, int> { [Merchant] = 10 }, Now, TimeSpan.FromMinutes(1), Cancelled)).Count.ShouldBe(10)),
        ("deliver a notice", async stores => await stores.Notices.DeliveredAsync(await TakenAsync(stores, MerchantId.Parse("m9")), 200, Now, Cancelled)),
        ("fail a notice", async stores => await stores.Notices.FailedAsync(await TakenAsync(stores, MerchantId.Parse("m11")), new NoticeFailure(500, "no"), Now, Now, Cancelled)),
        ("list notices", async stores => (await stores.Notices.ListAsync(new NoticeQuery(null, null, 50), Cancelled)).Count.ShouldBe(50)),
        ("list a checkout's notices", async stores => (await stores.Notices.ListAsync(new NoticeQuery(Middle, null, 50), Cancelled)).Count.ShouldBe(1)),
        ("list notices that were given up", async stores => (await stores.Notices.ListAsync(new NoticeQuery(null, NoticeState.GivenUp, 50), Cancelled)).Count.ShouldBe(50)),
        ("replay a checkout's notices", async stores => (await stores.Notices.ReplayAsync(new NoticeSelection.OfCheckout(Middle), "dana", Now, Cancelled)).Count.ShouldBe(1)),
        ("tell a transaction's story", async stores => (await stores.Transactions.ReadAsync(TransactionId.Parse("txn_10000"), Cancelled))!.LedgerEntries.Count.ShouldBe(1)),
        ("reserve a refund", async stores => (await stores.Refunds.CreateAsync(Refund("ref_new", "chk_row10003"), Claim with { Key = "refund" }, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Created>()),
        ("reserve a refund of a canceled sale", async stores => (await stores.Refunds.CreateAsync(Refund("ref_canceled", "chk_row10004"), null, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Created>()),
        ("find a refund", async stores => (await stores.Refunds.FindAsync(OneRefund, Cancelled)).ShouldNotBeNull()),
        ("find a refund by the provider's id", async stores => (await stores.Refunds.FindByProviderAsync("re_10000", Cancelled)).ShouldNotBeNull()),
        ("list a checkout's refunds", async stores => (await stores.Refunds.ListAsync(new RefundQuery { Checkout = Middle }, Cancelled)).Data.ShouldHaveSingleItem()),
        ("list refunds with a rare status", async stores => (await stores.Refunds.ListAsync(new RefundQuery { Status = RefundStatus.Failed }, Cancelled)).Data.Count.ShouldBe(10)),
        ("list held refunds", async stores => (await stores.Refunds.ListAsync(new RefundQuery { Held = true, StartingAfter = OneRefund }, Cancelled)).Data.Count.ShouldBe(10)),
        ("add up a checkout's refunds", async stores => (await stores.Refunds.TotalsAsync(Middle, Cancelled)).ShouldNotBeNull()),
        ("note a refund's start", stores => stores.Refunds.MarkStartedAsync(OneRefund, Now, Cancelled)),
        ("take unstarted refunds", async stores => (await stores.Refunds.TakeUnstartedAsync(Now, Now.AddMinutes(1), 20, Cancelled)).Count.ShouldBe(20)),
        ("record a refund", async stores =>
        {
            var refund = (await stores.Refunds.FindAsync(RefundId.Parse("ref_new"), Cancelled))!;
            var record = new RefundRecord { RefundId = refund.Id, CheckoutId = refund.CheckoutId, TransactionId = refund.TransactionId, Merchant = refund.Merchant, View = refund.View with { Status = RefundStatus.Succeeded, Revision = 1 }, Notice = "refund.succeeded" };
            (await stores.Refunds.RecordAsync(record, Now, Cancelled)).Status.ShouldBe(RefundStatus.Succeeded);
        }),
        ("find a customer", async stores => (await stores.Customers.FindAsync(MerchantId.Parse("m1"), CustomerId.Parse("cus-10000"), Cancelled)).ShouldNotBeNull()),
        ("create with what is told of the customer", stores => stores.Checkouts.CreateAsync(Given.Checkout("m7", "new", customer: new CustomerDetails("a@b.example", "A", "DE", "10115")), null, Cancelled)),
        ("claim a key that another has", async stores => (await stores.Keys.ClaimAsync(Claim with { Key = "key-10002", Owner = "gateway-b", RequestHash = "other" }, Noon, Cancelled)).ShouldBeOfType<KeyOutcome.Reused>()),
        ("renew a key", async stores => (await stores.Keys.RenewAsync(Claim with { Key = "key-10002" }, Now, Cancelled)).ShouldBeTrue()),
        ("post a document again", async stores => (await stores.Documents.PostedAsync(Document.Number, "erp_2", Now, Cancelled)).ShouldBe("erp_1")),
        ("refuse a document", stores => stores.Documents.RefusedAsync("chk_row10001:invoice", "no", Now, Cancelled)),
        ("replay one notice", async stores =>
        {
            var notice = (await stores.Notices.ListAsync(new NoticeQuery(Inserted, null, 1), Cancelled)).ShouldHaveSingleItem();
            (await stores.Notices.ReplayAsync(new NoticeSelection.One(notice.Id), "dana", Now, Cancelled)).ShouldBe([notice.Id]);
        }),
        ("note a person's act", stores => stores.Checkouts.AuditAsync(
            new AuditLine { WorkflowId = "w10000", TransactionId = TransactionId.Parse("txn_10000"), Event = "hold.opened", Reference = "new" }, Now, Cancelled)),
        ("take a token", async stores => (await stores.Buckets.TakeAsync(new RateBucket("bucket-10000", 1), 1, 0, Now, Cancelled)).ShouldBeTrue()),
        ("read a merchant's balances", async stores => (await stores.Ledger.BalancesAsync(Merchant, Cancelled)).Count.ShouldBe(2)),
        ("book a set of entries", async stores =>
        {
            var checkout = (await stores.Checkouts.FindAsync(Inserted, Cancelled))!;
            await stores.Books.BookAsync([checkout.Capture("set/1", 100), checkout.Capture("set/2", 100)], Now, Cancelled);
        }),
        ("count what waits", async stores => (await stores.Backlog.ReadAsync(Now, Cancelled)).ShouldNotBeNull()),
        ("complete an event", stores => stores.Inbox.CompleteAsync(Event("evt_10000"), InboxOutcome.Signaled, null, Now, Cancelled)),
    ];

    private static IEnumerable<(string Name, CheckoutQuery Query)> Lists()
    {
        (string Name, CheckoutQuery Query)[] filters =
        [
            ("all", new CheckoutQuery()),
            ("a merchant's", new CheckoutQuery { Merchant = Merchant }),
            ("an order's", new CheckoutQuery { Order = Order }),
            ("a merchant's order's", new CheckoutQuery { Merchant = Merchant, Order = Order }),
            ("with a common status", new CheckoutQuery { Status = CheckoutStatus.Completed }),
            ("with a rare status", new CheckoutQuery { Status = CheckoutStatus.Failed }),
            ("held", new CheckoutQuery { Held = true }),
            ("not held", new CheckoutQuery { Held = false }),
            ("a merchant's with a common status", new CheckoutQuery { Merchant = Merchant, Status = CheckoutStatus.Completed }),
            ("held with a status", new CheckoutQuery { Held = true, Status = CheckoutStatus.Completed }),
        ];
        foreach (var (name, query) in filters)
        {
            yield return (name, query);
            yield return ($"{name} after one", query with { StartingAfter = Middle });
            yield return ($"{name} before one", query with { EndingBefore = Middle });
        }
    }

    private static async Task ListedAsync(Stores stores, CheckoutQuery query) =>
        (await stores.Checkouts.ListAsync(query, Cancelled)).Data.Count.ShouldBeInRange(query.Order is null ? 1 : 0, query.Limit);

    private static async Task<TakenNotice> TakenAsync(Stores stores, MerchantId merchant) =>
        (await stores.Notices.TakeAsync(new Dictionary<MerchantId, int> { [merchant] = 1 }, Now, TimeSpan.FromMinutes(1), Cancelled)).ShouldHaveSingleItem();

    private static NewRefund Refund(string id, string checkout) => new(
        new RefundInput { RefundId = RefundId.Parse(id), CheckoutId = CheckoutId.Parse(checkout), Amount = 10 },
        new RefundDefaults(Placement.Lean, new RefundPolicies(TimeSpan.FromHours(1), TimeSpan.FromHours(1))),
        Now);

    private static InboxEvent Event(string id) => new("acct_a", id, "payment_intent.succeeded", new byte[] { 1 }, "s", Noon);
}
