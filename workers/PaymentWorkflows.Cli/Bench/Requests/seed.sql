-- Multiplies what one real checkout left in every table. Run by the superuser of a benchmark's own server; leaves nothing but the rows.
CREATE SCHEMA bench_seed;

-- What names the real checkout, and what stands in its place in the copy number i.
CREATE TABLE bench_seed.names (old text, new text);
INSERT INTO bench_seed.names
SELECT old, new FROM pay.checkouts AS kept, LATERAL (VALUES
    (kept.id, $$'chk_seed' || lpad(i::text, 9, '0')$$),
    (kept.transaction_id, $$'txn_seed' || lpad(i::text, 9, '0')$$),
    (kept.view #>> '{payment,id}', $$'pi_seed' || lpad(i::text, 9, '0')$$),
    (substring(kept.view::text FROM 'ch_[A-Za-z0-9]{8,}'), $$'ch_seed' || lpad(i::text, 9, '0')$$)) AS pair (old, new)
WHERE kept.merchant = 'seedmerchant' AND old IS NOT NULL;
INSERT INTO bench_seed.names VALUES
    ('seedmerchant', $$'seed_' || i % {merchants}$$), ('seedorder', $$'order-' || i$$), ('seedcustomer', $$'cus_' || i % 100000$$);
INSERT INTO bench_seed.names SELECT event_id, $$'evt_seed' || lpad(i::text, 9, '0') || '_$$ || row_number() OVER () || $$'$$ FROM pay.inbox
WHERE transaction_id = (SELECT transaction_id FROM pay.checkouts WHERE merchant = 'seedmerchant');

-- Its rows, before anything is copied, so that no copy is copied again.
CREATE FUNCTION bench_seed.keep(tab text, whose text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE bench_seed.%I AS SELECT * FROM pay.%I WHERE %s', tab, tab, whose);
END $$;
SELECT bench_seed.keep(tab, whose) FROM (SELECT id, transaction_id FROM pay.checkouts WHERE merchant = 'seedmerchant') AS one, LATERAL (VALUES
    ('customers', $$merchant = 'seedmerchant'$$),
    ('checkouts', format('id = %L', one.id)),
    ('idempotency_keys', format('resource_id = %L', one.id)),
    ('payment_attempts', format('transaction_id = %L', one.transaction_id)),
    ('inbox', format('transaction_id = %L', one.transaction_id)),
    ('outbox', format('transaction_id = %L', one.transaction_id)),
    ('ledger_entries', format('transaction_id = %L', one.transaction_id)),
    ('ledger_postings', $$merchant = 'seedmerchant'$$),
    ('erp_documents', format('transaction_id = %L', one.transaction_id)),
    ('tax_transactions', format('transaction_id = %L', one.transaction_id))) AS kept (tab, whose);

-- A column's value in the copy: the real one, with the names replaced that are in it, and so much earlier. The bodies of webhooks are
-- nobody's key and stay as they came.
CREATE FUNCTION bench_seed.value_of(tab text, col text, kind text, rows bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    text_of text := format('t.%I::text', col);
    value text := text_of;
    name record;
    named boolean;
BEGIN
    IF kind = 'timestamp with time zone' THEN
        RETURN format('t.%I - (%s - i) * interval ''10 seconds''', col, rows);
    END IF;
    IF kind NOT IN ('text', 'jsonb') THEN
        RETURN format('t.%I', col);
    END IF;
    FOR name IN SELECT * FROM bench_seed.names ORDER BY length(old) DESC LOOP
        EXECUTE format('SELECT coalesce(bool_or(strpos(%s, %L) > 0), false) FROM bench_seed.%I AS t', text_of, name.old, tab) INTO named;
        IF named THEN
            value := format('replace(%s, %L, %s)', value, name.old, name.new);
        END IF;
    END LOOP;
    IF value = text_of THEN
        RETURN format('t.%I', col);
    END IF;
    RETURN CASE kind WHEN 'jsonb' THEN format('(%s)::jsonb', value) ELSE value END;
END $$;

CREATE FUNCTION bench_seed.multiply(tab text, since bigint, rows bigint, instead jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql
    SET session_replication_role = replica SET synchronous_commit = off AS $$
DECLARE
    columns text;
    wanted text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position),
        string_agg(coalesce(instead ->> column_name, bench_seed.value_of(tab, column_name, data_type, rows)), ', ' ORDER BY ordinal_position)
    INTO columns, wanted
    FROM information_schema.columns WHERE table_schema = 'pay' AND table_name = tab AND is_identity = 'NO';
    EXECUTE format('INSERT INTO pay.%I (%s) SELECT %s FROM generate_series(%s::bigint, %s) AS i, bench_seed.%I AS t', tab, columns, wanted, since, rows, tab);
END $$;

-- Everything that is no constraint's own is built anew, in one pass, when the rows are there; but not the short indexes of what is open, in
-- which no copy is: the running processes look there all the time, and would read the growing tables instead.
CREATE TABLE bench_seed.indexes AS
SELECT tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = 'pay' AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE connamespace = 'pay'::regnamespace)
    AND indexname !~ '_(due|open|given_up|held|unstarted)$';
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM bench_seed.indexes LOOP
        EXECUTE format('DROP INDEX pay.%I', one.indexname);
    END LOOP;
END $$;

CREATE FUNCTION bench_seed.index(tables text[]) RETURNS void LANGUAGE plpgsql SET maintenance_work_mem = '512MB' SET synchronous_commit = off AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM bench_seed.indexes WHERE tablename = ANY (tables) LOOP
        EXECUTE one.indexdef;
    END LOOP;
END $$;
