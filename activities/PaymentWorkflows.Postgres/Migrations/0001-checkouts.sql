-- Times come from the processes (one clock each, testable), so no column defaults to now().
CREATE SCHEMA pay;
GRANT USAGE ON SCHEMA pay TO $app_role$;

CREATE TABLE pay.customers (
    merchant     text NOT NULL,
    id           text NOT NULL,
    email        text,
    name         text,
    country      text,
    postal_code  text,
    tax_id       text,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant, id)
);
COMMENT ON TABLE pay.customers IS 'The only place for personal data; everything else names the customer by id.';
GRANT SELECT, INSERT, UPDATE ON pay.customers TO $app_role$;

CREATE TABLE pay.checkouts (
    id             text PRIMARY KEY,
    transaction_id text NOT NULL,
    workflow_id    text NOT NULL,
    merchant       text NOT NULL,
    order_id       text NOT NULL,
    attempt        integer NOT NULL CHECK (attempt >= 1),
    customer_id    text NOT NULL,
    currency       char(3) NOT NULL,
    amount         bigint NOT NULL CHECK (amount > 0),
    status         text NOT NULL CHECK (status IN
        ('processing', 'requires_action', 'authorized', 'requires_capture', 'completed', 'declined', 'expired', 'canceled', 'failed')),
    held           boolean NOT NULL DEFAULT false,
    revision       integer NOT NULL DEFAULT 0,
    content_hash   text NOT NULL,
    input          jsonb NOT NULL,
    view           jsonb NOT NULL,
    created_at     timestamptz NOT NULL,
    started_at     timestamptz,
    start_lease    timestamptz,
    completed_at   timestamptz,
    UNIQUE (merchant, order_id, attempt)
);
COMMENT ON TABLE pay.checkouts IS 'One row per business attempt at an order; what makes an order paid once. Amounts in ISO 4217 minor units.';
CREATE INDEX checkouts_newest ON pay.checkouts (created_at DESC, id DESC);
CREATE INDEX checkouts_by_status ON pay.checkouts (status, created_at DESC, id DESC);
CREATE INDEX checkouts_by_order ON pay.checkouts (order_id, created_at DESC, id DESC);
CREATE INDEX checkouts_by_merchant ON pay.checkouts (merchant, created_at DESC, id DESC);
CREATE INDEX checkouts_held ON pay.checkouts (created_at DESC, id DESC) WHERE held;
CREATE INDEX checkouts_unstarted ON pay.checkouts (created_at) WHERE started_at IS NULL;
CREATE INDEX checkouts_by_transaction ON pay.checkouts (transaction_id);
GRANT SELECT, INSERT ON pay.checkouts TO $app_role$;
GRANT UPDATE (status, held, revision, view, started_at, start_lease, completed_at) ON pay.checkouts TO $app_role$;

CREATE TABLE pay.idempotency_keys (
    scope         text NOT NULL,
    key           text NOT NULL,
    request_hash  text NOT NULL,
    owner         text NOT NULL,
    leased_until  timestamptz NOT NULL,
    resource_id   text,
    status        integer,
    body          text,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
COMMENT ON TABLE pay.idempotency_keys IS 'The callers'' idempotency keys. A key without status belongs to its owner until the lease runs out.';
CREATE INDEX idempotency_keys_oldest ON pay.idempotency_keys (created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON pay.idempotency_keys TO $app_role$;

CREATE TABLE pay.payment_attempts (
    key            text PRIMARY KEY,
    operation      text NOT NULL,
    request_hash   text NOT NULL,
    provider       text NOT NULL,
    provider_id    text,
    transaction_id text NOT NULL,
    workflow_id    text NOT NULL,
    state          text NOT NULL CHECK (state IN ('sending', 'succeeded', 'declined', 'pending', 'not_attempted', 'unknown')),
    send_number    integer NOT NULL DEFAULT 0,
    first_sent_at  timestamptz NOT NULL,
    last_sent_at   timestamptz NOT NULL,
    verdict        jsonb,
    updated_at     timestamptz NOT NULL
);
COMMENT ON TABLE pay.payment_attempts IS 'Every attempt to move money: written before the provider is called and after it answered.';
CREATE INDEX payment_attempts_by_transaction ON pay.payment_attempts (transaction_id);
GRANT SELECT, INSERT ON pay.payment_attempts TO $app_role$;
GRANT UPDATE (provider_id, state, send_number, last_sent_at, verdict, updated_at) ON pay.payment_attempts TO $app_role$;

CREATE TABLE pay.inbox (
    account       text NOT NULL,
    event_id      text NOT NULL,
    type          text NOT NULL,
    transaction_id text,
    body          bytea NOT NULL,
    signature     text NOT NULL,
    received_at   timestamptz NOT NULL,
    due_at        timestamptz,
    tries         integer NOT NULL DEFAULT 0,
    outcome       text CHECK (outcome IN ('signaled', 'ignored', 'parked')),
    detail        text,
    completed_at  timestamptz,
    PRIMARY KEY (account, event_id),
    CHECK ((outcome IS NULL) = (completed_at IS NULL))
);
COMMENT ON TABLE pay.inbox IS 'Webhooks as they came, kept before they are acknowledged. due_at is null once an event is closed.';
CREATE INDEX inbox_due ON pay.inbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX inbox_by_transaction ON pay.inbox (transaction_id) WHERE transaction_id IS NOT NULL;
GRANT SELECT, INSERT ON pay.inbox TO $app_role$;
GRANT UPDATE (due_at, tries, outcome, detail, completed_at) ON pay.inbox TO $app_role$;

CREATE TABLE pay.outbox (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checkout_id    text NOT NULL REFERENCES pay.checkouts (id),
    revision       integer NOT NULL,
    merchant       text NOT NULL,
    transaction_id text NOT NULL,
    type           text NOT NULL,
    payload        jsonb NOT NULL,
    created_at     timestamptz NOT NULL,
    UNIQUE (checkout_id, revision)
);
COMMENT ON TABLE pay.outbox IS 'What the app backend is to be told, written with the fact it tells of; in order per checkout by revision.';
GRANT SELECT, INSERT ON pay.outbox TO $app_role$;
