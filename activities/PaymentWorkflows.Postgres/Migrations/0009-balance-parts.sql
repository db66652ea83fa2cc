-- A balance is kept in parts, one for each few connections, and read as their sum: writers that post to the same account no longer wait for
-- each other's commit.
CREATE TABLE pay.ledger_balance_parts (
    merchant  text NOT NULL,
    account   text NOT NULL,
    currency  char(3) NOT NULL,
    part      smallint NOT NULL,
    balance   bigint NOT NULL,
    PRIMARY KEY (merchant, account, currency, part)
) WITH (fillfactor = 50);
COMMENT ON TABLE pay.ledger_balance_parts IS 'Kept by the trigger on ledger_postings alone; which part a posting went into means nothing.';
GRANT SELECT ON pay.ledger_balance_parts TO $app_role$;
INSERT INTO pay.ledger_balance_parts (merchant, account, currency, part, balance) SELECT merchant, account, currency, 0, balance FROM pay.ledger_balances;

DROP TABLE pay.ledger_balances;
CREATE VIEW pay.ledger_balances AS
    SELECT merchant, account, currency, sum(balance)::bigint AS balance FROM pay.ledger_balance_parts GROUP BY merchant, account, currency;
COMMENT ON VIEW pay.ledger_balances IS 'What each account holds, in minor units; debits positive, credits negative.';
GRANT SELECT ON pay.ledger_balances TO $app_role$;

-- The whole set is held to its entries at once. The foreign key looked each posting up by itself, which took more time than all other
-- checks together. Entries are never deleted or changed, not even by the owner, so a posting that had its entry keeps it.
-- Without sequential scans the look-up goes by the primary key whatever the planner knew of the table when the session began.
CREATE OR REPLACE FUNCTION pay.post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pay, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT posting.entry_id INTO wrong FROM (SELECT DISTINCT entry_id FROM new_postings) AS posting
    WHERE (SELECT kept.id FROM pay.ledger_entries AS kept WHERE kept.id = posting.entry_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no ledger entry with the id %', wrong.entry_id USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- The new postings alone: a join here would read the books through with every batch.
    SELECT entry_id, currency, sum(amount) AS total INTO wrong
    FROM new_postings GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger entry % is unbalanced: its postings in % add up to %',
            (SELECT reference FROM pay.ledger_entries WHERE id = wrong.entry_id), wrong.currency, wrong.total
            USING ERRCODE = 'PW003';
    END IF;

    INSERT INTO pay.ledger_balance_parts AS kept (merchant, account, currency, part, balance)
    SELECT merchant, account, currency, pg_backend_pid() % 8, sum(amount) FROM new_postings
    GROUP BY merchant, account, currency ORDER BY merchant, account, currency
    ON CONFLICT (merchant, account, currency, part) DO UPDATE SET balance = kept.balance + excluded.balance;
    RETURN NULL;
END $$;

ALTER TABLE pay.ledger_postings DROP CONSTRAINT ledger_postings_entry_id_fkey;
