CREATE TABLE pay.rate_buckets (
    name       text PRIMARY KEY,
    tokens     double precision NOT NULL,
    filled_at  timestamptz NOT NULL
);
COMMENT ON TABLE pay.rate_buckets IS 'Token buckets for providers'' rate limits, shared by all processes. Losing it loses nothing but a second of restraint.';
GRANT SELECT, INSERT, UPDATE ON pay.rate_buckets TO $app_role$;
