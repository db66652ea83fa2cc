using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>
/// No call of a store reads a whole table. The server's own counters tell: how often a table was read through, and how many rows were
/// fetched by way of an index. They count what really ran, with the values it ran with.
/// </summary>
public sealed class IndexTests(PostgresFixture server) : PostgresTests(server)
{
    private const int Rows = 20_000;

    /// <summary>More than any of these calls has to look at, and far less than the table.</summary>
    private const long FewRows = 1_000;

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

    [Fact]
    public async Task No_call_reads_a_whole_table()
    {
        await FillAsync();
        var wrong = new List<string>();
        foreach (var (name, call) in Calls())
        {
            var before = await ReadsAsync();
            await using (var stores = new Stores(Database.App))
            {
                await call(stores);
            }

            // A connection hands its counts in before it is gone.
            await Sql.UntilAsync(Database.Superuser, $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND usename = 'pay_app'", 0L);
            wrong.AddRange((await ReadsAsync()).Zip(before, (now, then) => now with { Scans = now.Scans - then.Scans, Rows = now.Rows - then.Rows })
                .Where(reads => reads.Scans > 0 || reads.Rows > FewRows)
                .Select(reads => $"{name}: {reads}"));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_that_reads_a_whole_table_would_be_noticed()
    {
        await using (var stores = new Stores(Database.App))
        {
            await stores.Checkouts.WrittenAsync();
        }

        var before = await ReadsAsync();

        await Sql.ExecuteAsync(Database.App, "SELECT count(view) FROM pay.checkouts");
        await Sql.UntilAsync(Database.Superuser, $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND usename = 'pay_app'", 0L);

        (await ReadsAsync()).Single(reads => reads.Table == "checkouts").Scans.ShouldBe(before.Single(reads => reads.Table == "checkouts").Scans + 1);
    }

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

    private async Task<IReadOnlyList<Reads>> ReadsAsync() => await Database.QueryAsync<Reads>(
        $"SELECT relname::text AS table, seq_scan AS scans, coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_user_tables WHERE schemaname = 'pay' AND relname NOT IN ('audit', 'customers') ORDER BY 1");

    /// <summary>20,000 of everything, a second apart: 40 merchants, one in 200 held or failed, one in 10 not started.</summary>
    private async Task FillAsync()
    {
        await using var stores = new Stores(Database.App);
        var one = await stores.Checkouts.WrittenAsync();
        await Sql.ExecuteAsync(
            Database.Owner,
            """
            INSERT INTO pay.checkouts (id, transaction_id, workflow_id, merchant, order_id, attempt, customer_id, currency, amount, status, held, content_hash, input, view, created_at, started_at)
            SELECT 'chk_row' || i, 'txn_' || i, 'w' || i, 'm' || i % 40, 'order-' || i, 1, 'cus', 'eur', 100,
                CASE WHEN i % 200 = 0 THEN 'failed' ELSE 'completed' END, i % 200 = 7, 'hash', input, view, @noon + i * interval '1 second',
                CASE WHEN i % 10 > 0 THEN @noon + i * interval '1 second' END
            FROM generate_series(1, @rows) i, (SELECT input, view FROM pay.checkouts WHERE id = @one) AS kept;
            INSERT INTO pay.inbox (account, event_id, type, body, signature, received_at, due_at)
            SELECT 'acct_a', 'evt_' || i, 't', '\x01', 's', @noon + i * interval '1 second', CASE WHEN i % 4 = 0 THEN @noon + i * interval '1 second' END FROM generate_series(1, @rows) i;
            INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at)
            SELECT id, id, 1, merchant, transaction_id, 't', view, created_at FROM pay.checkouts WHERE id LIKE 'chk_row%' ORDER BY created_at;
            UPDATE pay.outbox SET gave_up_at = CASE WHEN id % 100 = 0 THEN created_at END, delivered_at = CASE WHEN id % 100 > 0 THEN created_at END WHERE id % 2 = 0;
            DELETE FROM pay.notice_queues USING pay.outbox AS told WHERE told.checkout_id = notice_queues.checkout_id AND told.id % 2 = 0;
            INSERT INTO pay.idempotency_keys (scope, key, request_hash, owner, leased_until, created_at)
            SELECT 'merchant-key', 'key-' || i, 'hash', 'gateway-a', @noon, @noon + i * interval '1 second' FROM generate_series(1, @rows) i;
            INSERT INTO pay.payment_attempts (key, operation, request_hash, provider, transaction_id, workflow_id, state, first_sent_at, last_sent_at, updated_at)
            SELECT 'checkout/m7/order-' || i || ':authorize:1', 'authorize', 'hash', 'stripe', 'txn_' || i, 'w', 'sending', @noon, @noon, @noon FROM generate_series(1, @rows) i;
            INSERT INTO pay.erp_documents (number, kind, request_hash, erp, checkout_id, transaction_id, state, first_sent_at, last_sent_at, updated_at)
            SELECT 'chk_row' || i || ':invoice', 'invoice', 'hash', 'erp', 'chk_row' || i, 'txn_' || i, 'sending', @noon, @noon, @noon FROM generate_series(1, @rows) i;
            INSERT INTO pay.payment_attempts (key, operation, request_hash, provider, transaction_id, workflow_id, state, first_sent_at, last_sent_at, updated_at, verdict)
            SELECT 'paid-' || i, 'authorize', 'hash', 'stripe', 'txn_p' || i, 'w', 'succeeded', @noon, @noon, @noon,
                jsonb_build_object('verdict', 'succeeded', 'payment', jsonb_build_object('card_fingerprint', 'fp_' || i, 'amount', jsonb_build_object('minor', 100, 'currency', 'eur')))
            FROM generate_series(1, @rows) i;
            INSERT INTO pay.tax_transactions (key, kind, request_hash, content, engine, transaction_id, state, provider_id, amount, currency, first_sent_at, last_sent_at, updated_at)
            SELECT 'tax-' || i, 'commit', 'hash', 'calc', 'stripe', 'txn_' || i, CASE WHEN i % 2 = 0 THEN 'done' ELSE 'sending' END, CASE WHEN i % 2 = 0 THEN 'tax_' || i END,
                CASE WHEN i % 2 = 0 THEN 100 END, CASE WHEN i % 2 = 0 THEN 'eur' END, @noon, @noon, @noon
            FROM generate_series(1, @rows) i;
            INSERT INTO pay.tax_transactions (key, kind, request_hash, content, engine, transaction_id, original, state, first_sent_at, last_sent_at, updated_at)
            SELECT 'back-' || i, 'reversal', 'hash', 'all', 'stripe', 'txn_' || i, 'tax_' || i, 'sending', @noon, @noon, @noon FROM generate_series(1, @rows) i;
            WITH entry AS (
                INSERT INTO pay.ledger_entries (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at)
                SELECT 'capture/' || i, 'capture', 'm7', 'txn_' || i, @noon, '', @noon FROM generate_series(1, @rows) i RETURNING id)
            INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount)
            SELECT id, line, 'm7', account, 'eur', amount FROM entry, (VALUES (1, '1010.stripe', 100), (2, '4000', -100)) AS posting (line, account, amount);
            """,
            new { rows = Rows, noon = Noon.UtcDateTime, one = one.Id.Value });
        await Sql.ExecuteAsync(
            Database.Owner,
            """
            INSERT INTO pay.refunds (id, checkout_id, transaction_id, workflow_id, merchant, customer_id, currency, amount, origin, status, held, of_payable, provider_refund_id, input, view, created_at, started_at)
            SELECT 'ref_' || i, 'chk_row' || i, 'txn_' || i, 'refund/ref_' || i, 'm1', 'cus', 'eur', 1, 'merchant', CASE WHEN i % 200 = 0 THEN 'failed' ELSE 'succeeded' END, i % 200 = 7, false, 're_' || i,
                jsonb_build_object('refund_id', 'ref_' || i, 'checkout_id', 'chk_row' || i), '{"status":"succeeded","amount":1}', @noon + i * interval '1 second',
                CASE WHEN i % 10 > 0 THEN @noon + i * interval '1 second' END
            FROM generate_series(1, @rows) i;
            UPDATE pay.checkouts SET view = view || '{"status":"completed","amount_captured":100,"payment":{"provider":"stripe","id":"pi_1","method":"card"}}' WHERE id = 'chk_row10003';
            """,
            new { rows = Rows, noon = Noon.UtcDateTime });
        await Sql.ExecuteAsync(Database.Owner, "VACUUM ANALYZE");
    }

    private sealed record Reads(string Table, long Scans, long Rows);
}
