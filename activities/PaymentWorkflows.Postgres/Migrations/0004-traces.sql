-- One trace through every pause: a row keeps the W3C trace context of whoever wrote it, and whoever takes it up goes on in that trace.
ALTER TABLE pay.checkouts ADD COLUMN accepted_trace text;
COMMENT ON COLUMN pay.checkouts.accepted_trace IS 'The trace the checkout was accepted in; what happens to it later goes on in it.';
ALTER TABLE pay.inbox ADD COLUMN traceparent text;
COMMENT ON COLUMN pay.inbox.traceparent IS 'The trace of the request that brought the event: the provider''s, so it is linked to and not gone on with.';

-- The whole story of one transaction is read by its id, and of one checkout by the keys that asked for it.
CREATE INDEX outbox_by_transaction ON pay.outbox (transaction_id);
CREATE INDEX idempotency_keys_by_resource ON pay.idempotency_keys (resource_id) WHERE resource_id IS NOT NULL;
