-- What a checkout has given back and what is reserved for it. Pending, succeeded and new refunds together never exceed what was
-- captured: each refund takes its amount here, under the checkout's row lock, before the provider is called, and the check is the last
-- line behind it.
ALTER TABLE pay.checkouts
    ADD COLUMN amount_captured  bigint NOT NULL DEFAULT 0,
    ADD COLUMN amount_refunded  bigint NOT NULL DEFAULT 0,
    ADD COLUMN refund_reserved  bigint NOT NULL DEFAULT 0,
    ADD COLUMN refund_booked    bigint NOT NULL DEFAULT 0,
    ADD COLUMN refund_payable   bigint NOT NULL DEFAULT 0,
    ADD COLUMN refunded_outside bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN pay.checkouts.amount_captured IS 'The largest amount that the view has said is captured; follows the view.';
COMMENT ON COLUMN pay.checkouts.amount_refunded IS 'What this product''s refunds gave back.';
COMMENT ON COLUMN pay.checkouts.refund_reserved IS 'What they gave back, have on its way, or have reserved.';
COMMENT ON COLUMN pay.checkouts.refund_booked IS 'What they took back of the sale in the books; never falls.';
COMMENT ON COLUMN pay.checkouts.refund_payable IS 'What is booked as owed to the customer and assigned to no refund.';
COMMENT ON COLUMN pay.checkouts.refunded_outside IS 'What went back by other ways, as an undo found it at the provider.';

UPDATE pay.checkouts
SET amount_captured = coalesce((view->>'amount_captured')::bigint, 0),
    amount_refunded = coalesce((view->>'amount_refunded')::bigint, 0),
    refund_reserved = coalesce((view->>'amount_refunded')::bigint, 0),
    refund_booked = coalesce((view->>'amount_refunded')::bigint, 0)
WHERE coalesce((view->>'amount_captured')::bigint, 0) <> 0;

ALTER TABLE pay.checkouts
    ADD CONSTRAINT refunds_within_capture CHECK (0 <= amount_refunded AND amount_refunded <= refund_reserved AND refund_reserved <= amount_captured),
    ADD CONSTRAINT refund_books CHECK (refund_booked >= 0 AND refund_payable >= 0 AND refunded_outside >= 0);
GRANT UPDATE (amount_refunded, refund_reserved, refund_booked, refund_payable, refunded_outside) ON pay.checkouts TO $app_role$;

-- Whoever writes the view says what is captured, and is told what went back: the saga that writes it does not count refunds.
CREATE FUNCTION pay.keep_amounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.amount_captured := greatest(OLD.amount_captured, coalesce((NEW.view->>'amount_captured')::bigint, 0));
    NEW.view := NEW.view || jsonb_build_object('amount_refunded', NEW.amount_refunded + NEW.refunded_outside);
    RETURN NEW;
END $$;

CREATE TRIGGER keep_amounts BEFORE UPDATE OF view, amount_refunded, refunded_outside ON pay.checkouts
    FOR EACH ROW EXECUTE FUNCTION pay.keep_amounts();

CREATE TABLE pay.refunds (
    id                 text PRIMARY KEY,
    checkout_id        text NOT NULL REFERENCES pay.checkouts (id),
    transaction_id     text NOT NULL,
    workflow_id        text NOT NULL,
    merchant           text NOT NULL,
    customer_id        text NOT NULL,
    currency           char(3) NOT NULL,
    amount             bigint NOT NULL CHECK (amount > 0),
    origin             text NOT NULL CHECK (origin IN ('merchant', 'compensation', 'late_payment')),
    status             text NOT NULL CHECK (status IN ('processing', 'pending', 'succeeded', 'failed', 'canceled')),
    held               boolean NOT NULL DEFAULT false,
    revision           integer NOT NULL DEFAULT 0,
    reserved           boolean NOT NULL DEFAULT true,
    of_payable         boolean NOT NULL,
    owed               boolean NOT NULL DEFAULT false,
    booked_of_sale     bigint,
    provider_refund_id text UNIQUE,
    input              jsonb NOT NULL,
    view               jsonb NOT NULL,
    created_at         timestamptz NOT NULL,
    started_at         timestamptz,
    start_lease        timestamptz,
    completed_at       timestamptz
);
COMMENT ON TABLE pay.refunds IS 'One row per refund. While it is reserved its amount counts against its checkout.';
COMMENT ON COLUMN pay.refunds.of_payable IS 'It pays what is booked as owed already: the money came after its checkout had ended.';
COMMENT ON COLUMN pay.refunds.booked_of_sale IS 'The part that took back the sale in the books; null while nothing is booked.';
CREATE INDEX refunds_newest ON pay.refunds (created_at DESC, id DESC);
CREATE INDEX refunds_by_checkout ON pay.refunds (checkout_id, created_at DESC, id DESC);
CREATE INDEX refunds_by_status ON pay.refunds (status, created_at DESC, id DESC);
CREATE INDEX refunds_by_transaction ON pay.refunds (transaction_id);
CREATE INDEX refunds_held ON pay.refunds (created_at DESC, id DESC) WHERE held;
CREATE INDEX refunds_unstarted ON pay.refunds (created_at) WHERE started_at IS NULL;
GRANT SELECT, INSERT ON pay.refunds TO $app_role$;
GRANT UPDATE (status, held, revision, reserved, owed, booked_of_sale, provider_refund_id, view, started_at, start_lease, completed_at) ON pay.refunds TO $app_role$;
