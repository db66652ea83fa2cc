-- The outbox becomes general: a notice tells of a subject (a checkout, later a refund of it) and stands in its checkout's order. What
-- it tells never changes; what became of it does.
ALTER TABLE pay.outbox
    ADD COLUMN subject_id      text,
    ADD COLUMN sequence        integer,
    ADD COLUMN event_id        text,
    ADD COLUMN traceparent     text,
    ADD COLUMN due_since       timestamptz,
    ADD COLUMN attempts        integer NOT NULL DEFAULT 0,
    ADD COLUMN replays         integer NOT NULL DEFAULT 0,
    ADD COLUMN last_attempt_at timestamptz,
    ADD COLUMN last_status     integer,
    ADD COLUMN last_error      text,
    ADD COLUMN delivered_at    timestamptz,
    ADD COLUMN gave_up_at      timestamptz,
    ADD CHECK (delivered_at IS NULL OR gave_up_at IS NULL),
    DROP CONSTRAINT outbox_checkout_id_revision_key;

CREATE FUNCTION pay.notice_event_id(subject text, revision integer) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT 'evt_' || left(encode(sha256(convert_to(subject || ':' || revision, 'UTF8')), 'hex'), 32) $$;

UPDATE pay.outbox AS kept
SET subject_id = kept.checkout_id, sequence = numbered.place, event_id = pay.notice_event_id(kept.checkout_id, kept.revision), due_since = kept.created_at
FROM (SELECT id, row_number() OVER (PARTITION BY checkout_id ORDER BY id) AS place FROM pay.outbox) AS numbered
WHERE numbered.id = kept.id;

ALTER TABLE pay.outbox
    ALTER COLUMN subject_id SET NOT NULL,
    ALTER COLUMN sequence SET NOT NULL,
    ALTER COLUMN event_id SET NOT NULL,
    ALTER COLUMN due_since SET NOT NULL,
    ADD UNIQUE (subject_id, revision),
    ADD UNIQUE (checkout_id, sequence),
    ADD UNIQUE (event_id);
COMMENT ON TABLE pay.outbox IS 'What the app backend is to be told, written with the fact it tells of; told in order per checkout by sequence.';
COMMENT ON COLUMN pay.outbox.due_since IS 'Since when it is to be delivered: its making, or the last replay.';
CREATE INDEX outbox_open ON pay.outbox (checkout_id, sequence) WHERE delivered_at IS NULL AND gave_up_at IS NULL;
CREATE INDEX outbox_given_up ON pay.outbox (id) WHERE gave_up_at IS NOT NULL;
GRANT UPDATE (due_since, attempts, replays, last_attempt_at, last_status, last_error, delivered_at, gave_up_at) ON pay.outbox TO $app_role$;

CREATE TABLE pay.notice_queues (
    checkout_id text PRIMARY KEY,
    merchant    text NOT NULL,
    due_at      timestamptz NOT NULL,
    claim       uuid
);
COMMENT ON TABLE pay.notice_queues IS 'Checkouts with notices to deliver. One dispatcher at a time has one, so a checkout''s notices go one after another; due_at is when the first of them is due, or the end of the lease while there is a claim.';
CREATE INDEX notice_queues_due ON pay.notice_queues (merchant, due_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON pay.notice_queues TO $app_role$;
INSERT INTO pay.notice_queues (checkout_id, merchant, due_at) SELECT checkout_id, merchant, min(created_at) FROM pay.outbox GROUP BY checkout_id, merchant;

-- Whoever tells of a checkout goes one after another, so its numbers have no gaps and follow the order of the commits.
CREATE FUNCTION pay.number_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pay, pg_temp AS $$
BEGIN
    PERFORM FROM pay.checkouts WHERE id = NEW.checkout_id FOR NO KEY UPDATE;
    NEW.sequence := 1 + coalesce((SELECT max(sequence) FROM pay.outbox WHERE checkout_id = NEW.checkout_id), 0);
    NEW.event_id := pay.notice_event_id(NEW.subject_id, NEW.revision);
    NEW.due_since := NEW.created_at;
    RETURN NEW;
END $$;

CREATE TRIGGER number_notice BEFORE INSERT ON pay.outbox FOR EACH ROW EXECUTE FUNCTION pay.number_notice();

-- A queue that is there already keeps its time: its first notice is in a pause, or on its way.
CREATE FUNCTION pay.queue_notices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pay, pg_temp AS $$
BEGIN
    INSERT INTO pay.notice_queues AS kept (checkout_id, merchant, due_at)
    SELECT checkout_id, merchant, min(created_at) FROM new_notices GROUP BY checkout_id, merchant ORDER BY checkout_id
    ON CONFLICT (checkout_id) DO UPDATE SET due_at = kept.due_at;
    PERFORM pg_notify('notice_due', merchant) FROM new_notices GROUP BY merchant;
    RETURN NULL;
END $$;

CREATE TRIGGER queue_notices AFTER INSERT ON pay.outbox
    REFERENCING NEW TABLE AS new_notices FOR EACH STATEMENT EXECUTE FUNCTION pay.queue_notices();
