-- History is never changed: no role may, and a trigger refuses even the owner.
CREATE FUNCTION pay.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: history is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'PW002';
END $$;

CREATE TABLE pay.ledger_entries (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference      text NOT NULL UNIQUE,
    kind           text NOT NULL,
    merchant       text NOT NULL,
    transaction_id text NOT NULL,
    occurred_at    timestamptz NOT NULL,
    postings_hash  text NOT NULL,
    created_at     timestamptz NOT NULL
);
COMMENT ON TABLE pay.ledger_entries IS 'Business events in the books, each once for its reference.';
CREATE INDEX ledger_entries_by_transaction ON pay.ledger_entries (transaction_id);
GRANT SELECT, INSERT ON pay.ledger_entries TO $app_role$;

CREATE TABLE pay.ledger_postings (
    entry_id  bigint NOT NULL REFERENCES pay.ledger_entries (id),
    line      smallint NOT NULL,
    merchant  text NOT NULL,
    account   text NOT NULL,
    currency  char(3) NOT NULL,
    amount    bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry_id, line)
);
COMMENT ON COLUMN pay.ledger_postings.amount IS 'Minor units; debits positive, credits negative.';
GRANT SELECT, INSERT ON pay.ledger_postings TO $app_role$;

CREATE TABLE pay.ledger_balances (
    merchant  text NOT NULL,
    account   text NOT NULL,
    currency  char(3) NOT NULL,
    balance   bigint NOT NULL,
    PRIMARY KEY (merchant, account, currency)
);
COMMENT ON TABLE pay.ledger_balances IS 'Kept by the trigger on ledger_postings alone.';
GRANT SELECT ON pay.ledger_balances TO $app_role$;

-- Every inserted set balances per entry and currency, so no later addition can unbalance an entry either. Balances follow in the
-- same statement, in one order, so that two batches never wait for each other crosswise.
CREATE FUNCTION pay.post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pay, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    -- The new postings alone: a join here would read the books through with every batch.
    SELECT entry_id, currency, sum(amount) AS total INTO wrong
    FROM new_postings GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger entry % is unbalanced: its postings in % add up to %',
            (SELECT reference FROM pay.ledger_entries WHERE id = wrong.entry_id), wrong.currency, wrong.total
            USING ERRCODE = 'PW003';
    END IF;

    INSERT INTO pay.ledger_balances AS kept (merchant, account, currency, balance)
    SELECT merchant, account, currency, sum(amount) FROM new_postings
    GROUP BY merchant, account, currency ORDER BY merchant, account, currency
    ON CONFLICT (merchant, account, currency) DO UPDATE SET balance = kept.balance + excluded.balance;
    RETURN NULL;
END $$;

CREATE TRIGGER post AFTER INSERT ON pay.ledger_postings
    REFERENCING NEW TABLE AS new_postings FOR EACH STATEMENT EXECUTE FUNCTION pay.post();

CREATE FUNCTION pay.require_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pay.ledger_postings WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'ledger entry % has no postings', NEW.reference USING ERRCODE = 'PW004';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER require_postings AFTER INSERT ON pay.ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pay.require_postings();

CREATE TABLE pay.audit (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workflow_id    text NOT NULL,
    reference      text NOT NULL,
    transaction_id text NOT NULL,
    event          text NOT NULL,
    actor          text,
    action         text,
    reason         text,
    detail         text,
    at             timestamptz NOT NULL,
    UNIQUE (workflow_id, reference)
);
COMMENT ON TABLE pay.audit IS 'Holds and the acts of people, append-only.';
CREATE INDEX audit_by_transaction ON pay.audit (transaction_id);
GRANT SELECT, INSERT ON pay.audit TO $app_role$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pay.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION pay.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pay.ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION pay.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pay.audit FOR EACH STATEMENT EXECUTE FUNCTION pay.refuse_change();

-- Ends a batch in which a reference came with other postings than it was booked with.
CREATE FUNCTION pay.refuse_conflict(reference text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', reference USING ERRCODE = 'PW001';
END $$;
