using PaymentWorkflows.IntegrationTests.Postgres.Support;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <content>What the tables are filled with.</content>
public sealed partial class IndexTests
{
    /// <summary>20,000 of everything, a second apart: 40 merchants, one in 200 held or failed, one in 10 not started or not told of.</summary>
    private async Task FillAsync()
    {
        await using var stores = new Stores(Database.App);
        var one = await stores.Checkouts.WrittenAsync();
        // Without triggers, which take longer than all else; what they would write is written here.
        await Sql.ExecuteAsync(
            Database.Superuser,
            """
            SET session_replication_role = replica;
            INSERT INTO pay.checkouts (id, transaction_id, workflow_id, merchant, order_id, attempt, customer_id, currency, amount, status, held, content_hash, input, view, created_at, started_at)
            SELECT 'chk_row' || i, 'txn_' || i, 'w' || i, 'm' || i % 40, 'order-' || i, 1, 'cus', 'eur', 100,
                CASE WHEN i % 200 = 0 THEN 'failed' ELSE 'completed' END, i % 200 = 7, 'hash', input, view, @noon + i * interval '1 second',
                CASE WHEN i % 10 > 0 THEN @noon + i * interval '1 second' END
            FROM generate_series(1, @rows) i, (SELECT input, view FROM pay.checkouts WHERE id = @one) AS kept;
            INSERT INTO pay.inbox (account, event_id, type, body, signature, received_at, due_at)
            SELECT 'acct_a', 'evt_' || i, 't', '\x01', 's', @noon + i * interval '1 second', CASE WHEN i % 4 = 0 THEN @noon + i * interval '1 second' END FROM generate_series(1, @rows) i;
            INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at, sequence, event_id, due_since, gave_up_at, delivered_at)
            SELECT id, id, 1, merchant, transaction_id, 't', view, created_at, 1, 'evt_' || id, created_at,
                CASE WHEN i % 100 = 0 THEN created_at END, CASE WHEN i / 40 % 10 > 0 AND i % 100 > 0 THEN created_at END
            FROM (SELECT *, substr(id, 8)::integer AS i FROM pay.checkouts WHERE id LIKE 'chk_row%') AS told ORDER BY created_at;
            INSERT INTO pay.notice_queues (checkout_id, merchant, due_at) SELECT checkout_id, merchant, created_at FROM pay.outbox WHERE delivered_at IS NULL AND gave_up_at IS NULL;
            INSERT INTO pay.customers (merchant, id, updated_at) SELECT 'm1', 'cus-' || i, @noon FROM generate_series(1, @rows) i;
            INSERT INTO pay.audit (workflow_id, reference, transaction_id, event, at) SELECT 'w' || i, '1', 'txn_' || i, 'hold.opened', @noon FROM generate_series(1, @rows) i;
            INSERT INTO pay.rate_buckets (name, tokens, filled_at) SELECT 'bucket-' || i, 5, @noon FROM generate_series(1, @rows) i;
            INSERT INTO pay.ledger_balance_parts (merchant, account, currency, part, balance) SELECT 'other-' || i, '4000', 'eur', 0, 1 FROM generate_series(1, @rows) i;
            INSERT INTO pay.ledger_balance_parts (merchant, account, currency, part, balance) VALUES ('m7', '1010.stripe', 'eur', 0, 100 * @rows), ('m7', '4000', 'eur', 0, -100 * @rows);
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
            UPDATE pay.checkouts SET view = view || '{"status":"completed","amount_captured":100,"payment":{"provider":"stripe","id":"pi_1","method":"card"}}' WHERE id IN ('chk_row10003', 'chk_row10004');
            UPDATE pay.checkouts SET view = view || '{"status":"canceled"}' WHERE id = 'chk_row10004';
            """,
            new { rows = Rows, noon = Noon.UtcDateTime });
        await Sql.ExecuteAsync(Database.Owner, "VACUUM ANALYZE");
    }
}
