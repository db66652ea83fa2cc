CREATE TABLE pay.tax_transactions (
    key            text PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('commit', 'reversal')),
    request_hash   text NOT NULL,
    content        text NOT NULL,
    engine         text NOT NULL,
    transaction_id text NOT NULL,
    original       text,
    state          text NOT NULL CHECK (state IN ('sending', 'done', 'refused', 'unknown')),
    provider_id    text,
    amount         bigint,
    currency       char(3),
    send_number    integer NOT NULL DEFAULT 0,
    key_spent      boolean NOT NULL DEFAULT false,
    first_sent_at  timestamptz NOT NULL,
    last_sent_at   timestamptz NOT NULL,
    verdict        jsonb,
    updated_at     timestamptz NOT NULL,
    CHECK ((kind = 'reversal') = (original IS NOT NULL)),
    CHECK ((amount IS NULL) = (currency IS NULL))
);
COMMENT ON TABLE pay.tax_transactions IS 'What a tax engine is told of sales and returns: written before it is told and after it answered. Amounts in ISO 4217 minor units, tax contained.';
CREATE INDEX tax_transactions_by_transaction ON pay.tax_transactions (transaction_id);
CREATE INDEX tax_transactions_by_provider_id ON pay.tax_transactions (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX tax_transactions_by_original ON pay.tax_transactions (original) WHERE original IS NOT NULL;
GRANT SELECT, INSERT ON pay.tax_transactions TO $app_role$;
GRANT UPDATE (content, state, provider_id, amount, currency, send_number, key_spent, last_sent_at, verdict, updated_at) ON pay.tax_transactions TO $app_role$;

-- What review rules ask: how much a customer, or a card by the provider's fingerprint, paid lately.
CREATE INDEX checkouts_by_customer ON pay.checkouts (merchant, customer_id, created_at);
CREATE INDEX payment_attempts_by_card ON pay.payment_attempts ((verdict #>> '{payment,card_fingerprint}'), first_sent_at)
    WHERE operation = 'authorize' AND state = 'succeeded' AND verdict #>> '{payment,card_fingerprint}' IS NOT NULL;
