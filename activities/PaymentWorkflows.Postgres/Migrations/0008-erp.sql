CREATE TABLE pay.erp_documents (
    number         text PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('invoice', 'payment', 'credit_note')),
    request_hash   text NOT NULL,
    erp            text NOT NULL,
    checkout_id    text NOT NULL,
    transaction_id text NOT NULL,
    state          text NOT NULL CHECK (state IN ('sending', 'posted', 'refused')),
    erp_id         text,
    refusal        text,
    attempts       integer NOT NULL DEFAULT 1,
    first_sent_at  timestamptz NOT NULL,
    last_sent_at   timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CHECK ((state = 'posted') = (erp_id IS NOT NULL)),
    CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
COMMENT ON TABLE pay.erp_documents IS 'Every document for the ERP: written before it is sent and after the ERP answered; one that is posted never changes.';
CREATE INDEX erp_documents_by_transaction ON pay.erp_documents (transaction_id);
CREATE INDEX erp_documents_by_checkout ON pay.erp_documents (checkout_id);
GRANT SELECT, INSERT ON pay.erp_documents TO $app_role$;
GRANT UPDATE (state, erp_id, refusal, attempts, last_sent_at, updated_at) ON pay.erp_documents TO $app_role$;
