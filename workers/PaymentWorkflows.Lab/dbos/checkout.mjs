// The baseline "dbos" of `pay bench checkout`: the checkout of PlainCheckout.workflow.cs as a DBOS workflow, one DBOS step per step. It
// makes the same calls to Stripe and the ERP and keeps the same facts, in tables of its own. POST /buy starts the workflow of an order
// and answers when it has ended; GET /books?of=PREFIX tells what is booked of the orders whose names begin so; GET /health says that it
// is there. Everything it needs to know comes in variables of the environment.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';

const settings = Object.fromEntries(
  ['ADDRESS', 'DATABASE', 'POOL_SIZE', 'STRIPE', 'STRIPE_KEY', 'STRIPE_VERSION', 'ERP', 'ERP_KEY', 'TIMEOUT_MS'].map((name) => {
    const value = process.env[`BENCH_${name}`];
    if (!value) {
      throw new Error(`BENCH_${name} is not set.`);
    }
    return [name, value];
  }),
);

// As many connections as a process of the product may keep, once for the program and once for DBOS itself.
const connections = Number(settings.POOL_SIZE);
const pool = new pg.Pool({ connectionString: settings.DATABASE, max: connections });

// The product's tables without what only its other stories need. Times come from this process, amounts are minor units.
const tables = `
  CREATE SCHEMA IF NOT EXISTS dbos_bench;
  CREATE TABLE IF NOT EXISTS dbos_bench.checkouts (
    id text PRIMARY KEY, transaction_id text NOT NULL, workflow_id text NOT NULL, merchant text NOT NULL, order_id text NOT NULL,
    customer_id text NOT NULL, currency char(3) NOT NULL, amount bigint NOT NULL CHECK (amount > 0), status text NOT NULL,
    revision integer NOT NULL DEFAULT 0, input jsonb NOT NULL, view jsonb NOT NULL, created_at timestamptz NOT NULL,
    started_at timestamptz, completed_at timestamptz, UNIQUE (merchant, order_id));
  CREATE TABLE IF NOT EXISTS dbos_bench.payment_attempts (
    key text PRIMARY KEY, operation text NOT NULL, provider_id text, transaction_id text NOT NULL, workflow_id text NOT NULL,
    state text NOT NULL, verdict jsonb, first_sent_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
  CREATE TABLE IF NOT EXISTS dbos_bench.ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reference text NOT NULL UNIQUE, order_id text NOT NULL, kind text NOT NULL,
    merchant text NOT NULL, transaction_id text NOT NULL, occurred_at timestamptz NOT NULL, created_at timestamptz NOT NULL);
  CREATE INDEX IF NOT EXISTS ledger_entries_by_order ON dbos_bench.ledger_entries (order_id);
  CREATE TABLE IF NOT EXISTS dbos_bench.ledger_postings (
    entry_id bigint NOT NULL REFERENCES dbos_bench.ledger_entries (id), line smallint NOT NULL, account text NOT NULL,
    currency char(3) NOT NULL, amount bigint NOT NULL CHECK (amount <> 0), PRIMARY KEY (entry_id, line));
  CREATE TABLE IF NOT EXISTS dbos_bench.tax_transactions (
    key text PRIMARY KEY, calculation text NOT NULL, transaction_id text NOT NULL, state text NOT NULL, provider_id text,
    first_sent_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
  CREATE TABLE IF NOT EXISTS dbos_bench.erp_documents (
    number text PRIMARY KEY, kind text NOT NULL, checkout_id text NOT NULL, transaction_id text NOT NULL, state text NOT NULL,
    erp_id text, first_sent_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
  CREATE TABLE IF NOT EXISTS dbos_bench.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, checkout_id text NOT NULL REFERENCES dbos_bench.checkouts (id),
    revision integer NOT NULL, type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL, UNIQUE (checkout_id, revision));`;

// --- The provider and the ERP ---------------------------------------------------------------------------------------------------------

/** Stripe's form encoding: { a: { b: [1] } } is a[b][0]=1. */
function form(values, prefix = '', into = new URLSearchParams()) {
  for (const [name, value] of Object.entries(values)) {
    const key = prefix ? `${prefix}[${name}]` : name;
    if (typeof value === 'object') {
      form(value, key, into);
    } else {
      into.append(key, String(value));
    }
  }
  return into;
}

async function send(url, headers, body) {
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(Number(settings.TIMEOUT_MS)) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${answer.error?.message}`);
  }
  return answer;
}

function stripe(path, values, key) {
  const headers = { Authorization: `Bearer ${settings.STRIPE_KEY}`, 'Stripe-Version': settings.STRIPE_VERSION };
  return send(`${settings.STRIPE}/v1/${path}`, key ? { ...headers, 'Idempotency-Key': key } : headers, form(values));
}

function erp(document) {
  const headers = {
    Authorization: `Bearer ${settings.ERP_KEY}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': document.number,
    'Transaction-Id': document.transaction_id,
  };
  return send(`${settings.ERP}/documents`, headers, JSON.stringify(document));
}

// --- The steps. Each may run again after a crash: its rows and its calls then stand already, by their keys -----------------------------

async function begin(workflow, order) {
  const checkout = { id: `chk_${randomUUID().replaceAll('-', '')}`, transaction: `txn_${randomUUID().replaceAll('-', '')}` };
  const amount = order.lines.reduce((sum, line) => sum + line.quantity * line.unit_amount, 0);
  const { rows } = await pool.query(
    `INSERT INTO dbos_bench.checkouts AS kept
       (id, transaction_id, workflow_id, merchant, order_id, customer_id, currency, amount, status, input, view, created_at, started_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'processing', $9, $10, $11, $11)
     ON CONFLICT (merchant, order_id) DO UPDATE SET started_at = kept.started_at RETURNING id, transaction_id AS transaction`,
    [
      checkout.id, checkout.transaction, workflow, order.merchant, order.order, order.customer.id, order.currency, amount,
      JSON.stringify(order), JSON.stringify({ status: 'processing', amount }), new Date(),
    ],
  );
  return rows[0];
}

async function calculateTax(order) {
  const calculation = await stripe('tax/calculations', {
    currency: order.currency,
    line_items: order.lines.map((line, index) => ({
      amount: line.quantity * line.unit_amount,
      quantity: line.quantity,
      reference: `${index + 1}:${line.sku}`,
      tax_behavior: 'exclusive',
    })),
    customer_details: { address: { country: order.customer.country, postal_code: order.customer.postal_code }, address_source: 'billing' },
  });
  const shares = calculation.tax_breakdown
    .filter((part) => part.amount !== 0)
    .map((part) => ({ jurisdiction: (part.tax_rate_details.country ?? order.customer.country).toLowerCase(), amount: part.amount }));
  return { calculation: calculation.id, total: calculation.amount_total, tax: calculation.tax_amount_exclusive, shares };
}

/** A call that moves money: its row is there before the call, under whose key it is made, and knows the answer after it. */
async function attempt(workflow, checkout, operation, path, values, wanted) {
  const key = `${workflow}:${operation}`;
  await pool.query(
    `INSERT INTO dbos_bench.payment_attempts (key, operation, transaction_id, workflow_id, state, first_sent_at, updated_at)
     VALUES ($1, $2, $3, $4, 'sending', $5, $5) ON CONFLICT (key) DO NOTHING`,
    [key, operation, checkout.transaction, workflow, new Date()],
  );
  const intent = await stripe(path, { ...values, expand: ['latest_charge.balance_transaction'] }, key);
  if (intent.status !== wanted) {
    throw new Error(`The payment ${intent.id} is ${intent.status} after ${operation}.`);
  }
  const payment = { id: intent.id, captured: intent.amount_received, fee: intent.latest_charge?.balance_transaction?.fee ?? 0 };
  await pool.query(`UPDATE dbos_bench.payment_attempts SET state = 'succeeded', provider_id = $2, verdict = $3, updated_at = $4 WHERE key = $1`, [
    key, payment.id, JSON.stringify(payment), new Date(),
  ]);
  return payment;
}

function authorize(workflow, order, checkout, tax) {
  return attempt(workflow, checkout, 'authorize', 'payment_intents', {
    amount: tax.total,
    currency: order.currency,
    confirm: true,
    capture_method: 'manual',
    description: `${order.merchant} ${order.order}`,
    metadata: { transaction_id: checkout.transaction, merchant: order.merchant, order: order.order, attempt_key: `${workflow}:authorize` },
    allowed_payment_method_types: ['card'],
    payment_method: order.payment_method.token,
  }, 'requires_capture');
}

function capture(workflow, checkout, payment, tax) {
  return attempt(workflow, checkout, 'capture', `payment_intents/${payment.id}/capture`, { amount_to_capture: tax.total }, 'succeeded');
}

/** The sale in double entry, and the row that says completed, in one statement and so in one transaction. */
async function book(order, checkout, tax, captured) {
  const postings = [
    ['1010.stripe', captured.captured - captured.fee],
    ['6000', captured.fee],
    ['4000', tax.tax - captured.captured],
    ...tax.shares.map((share) => [`2000.${share.jurisdiction}`, -share.amount]),
  ].filter(([, amount]) => amount !== 0);
  const view = { status: 'completed', amount: tax.total, amount_tax: tax.tax, amount_captured: captured.captured, payment: captured.id };
  await pool.query(
    `WITH entry AS (
       INSERT INTO dbos_bench.ledger_entries (reference, order_id, kind, merchant, transaction_id, occurred_at, created_at)
       VALUES ($1, $2, 'capture', $3, $4, $5, $5) ON CONFLICT (reference) DO NOTHING RETURNING id),
     lines AS (
       INSERT INTO dbos_bench.ledger_postings (entry_id, line, account, currency, amount)
       SELECT entry.id, posting.line, posting.account, $6, posting.amount
       FROM entry, unnest($7::text[], $8::bigint[]) WITH ORDINALITY AS posting (account, amount, line))
     UPDATE dbos_bench.checkouts SET status = 'completed', view = $10, completed_at = $5, revision = 1 WHERE id = $9 AND revision < 1`,
    [
      `${checkout.id}:capture`, order.order, order.merchant, checkout.transaction, new Date(), order.currency,
      postings.map(([account]) => account), postings.map(([, amount]) => amount), checkout.id, JSON.stringify(view),
    ],
  );
  return view;
}

async function commitTax(workflow, checkout, tax) {
  const key = `${workflow}:tax`;
  const now = new Date();
  await pool.query(
    `INSERT INTO dbos_bench.tax_transactions (key, calculation, transaction_id, state, first_sent_at, updated_at)
     VALUES ($1, $2, $3, 'sending', $4, $4) ON CONFLICT (key) DO NOTHING`,
    [key, tax.calculation, checkout.transaction, now],
  );
  const committed = await stripe('tax/transactions/create_from_calculation', {
    calculation: tax.calculation,
    reference: key,
    metadata: { attempt_key: key, transaction_id: checkout.transaction },
    expand: ['line_items'],
  }, key);
  await pool.query(`UPDATE dbos_bench.tax_transactions SET state = 'done', provider_id = $2, updated_at = $3 WHERE key = $1`, [key, committed.id, new Date()]);
}

async function postDocument(document) {
  const { rows } = await pool.query(
    `INSERT INTO dbos_bench.erp_documents AS kept (number, kind, checkout_id, transaction_id, state, first_sent_at, updated_at)
     VALUES ($1, $2, $3, $4, 'sending', $5, $5) ON CONFLICT (number) DO UPDATE SET updated_at = $5 RETURNING erp_id`,
    [document.number, document.kind, document.checkout, document.transaction_id, new Date()],
  );
  if (rows[0].erp_id === null) {
    const posted = await erp(document);
    await pool.query(`UPDATE dbos_bench.erp_documents SET state = 'posted', erp_id = $2, updated_at = $3 WHERE number = $1`, [document.number, posted.id, new Date()]);
  }
}

async function postDocuments(order, checkout, tax, captured) {
  const common = {
    merchant: order.merchant,
    order: order.order,
    customer: order.customer.id,
    checkout: checkout.id,
    transaction_id: checkout.transaction,
    currency: order.currency,
    amount: tax.total,
    date: new Date().toISOString(),
    taxes: tax.shares,
    provider_reference: captured.id,
  };
  const invoice = `${checkout.id}:invoice`;
  await postDocument({ ...common, number: invoice, kind: 'invoice', lines: order.lines });
  await postDocument({ ...common, number: `${checkout.id}:payment`, kind: 'payment', lines: [], refers_to: invoice });
}

/** The row's last step forward and what the app backend is to be told, in one transaction. */
async function notify(checkout, view) {
  await pool.query(
    `WITH stepped AS (UPDATE dbos_bench.checkouts SET revision = 2 WHERE id = $1 AND revision < 2)
     INSERT INTO dbos_bench.outbox (checkout_id, revision, type, payload, created_at) VALUES ($1, 2, 'checkout.completed', $2, $3)
     ON CONFLICT (checkout_id, revision) DO NOTHING`,
    [checkout.id, JSON.stringify(view), new Date()],
  );
}

// --- The workflow and its door -----------------------------------------------------------------------------------------------------------

const step = (name, run) => DBOS.runStep(run, { name, retriesAllowed: true });

const checkoutWorkflow = DBOS.registerWorkflow(
  async (order) => {
    const id = DBOS.workflowID;
    const checkout = await step('row', () => begin(id, order));
    const tax = await step('tax', () => calculateTax(order));
    const authorized = await step('authorize', () => authorize(id, order, checkout, tax));
    const captured = await step('capture', () => capture(id, checkout, authorized, tax));
    const view = await step('ledger', () => book(order, checkout, tax, captured));
    await step('tax_commit', () => commitTax(id, checkout, tax));
    await step('erp', () => postDocuments(order, checkout, tax, captured));
    await step('notice', () => notify(checkout, view));
    return { id: checkout.id, status: view.status };
  },
  { name: 'checkout' },
);

async function books(prefix) {
  const { rows } = await pool.query(
    `SELECT entry.order_id AS order, count(DISTINCT entry.id)::int AS entries, sum(posting.amount)::int AS sum,
       coalesce(sum(posting.amount) FILTER (WHERE posting.account = '1010.stripe'), 0)::int AS clearing
     FROM dbos_bench.ledger_entries entry JOIN dbos_bench.ledger_postings posting ON posting.entry_id = entry.id
     WHERE starts_with(entry.order_id, $1) GROUP BY entry.order_id`,
    [prefix],
  );
  return { orders: rows };
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /health':
      return [200, { status: 'ready' }];
    case 'GET /books':
      return [200, await books(url.searchParams.get('of') ?? '')];
    case 'POST /buy':
      return [200, await buy(request)];
    default:
      return [404, { error: `There is no ${request.method} ${url.pathname} here.` }];
  }
}

async function buy(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const order = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const handle = await DBOS.startWorkflow(checkoutWorkflow, { workflowID: order.order })(order);
  return handle.getResult();
}

DBOS.setConfig({ name: 'pay-bench', systemDatabaseUrl: settings.DATABASE, systemDatabaseSchemaName: 'dbos_bench_system', systemDatabasePoolSize: connections, logLevel: 'warn' });
await pool.query(tables);
await DBOS.launch();

const server = createServer(async (request, response) => {
  let result;
  try {
    result = await answer(request);
  } catch (fault) {
    console.error(fault);
    result = [500, { error: String(fault) }];
  }
  response.writeHead(result[0], { 'Content-Type': 'application/json' }).end(JSON.stringify(result[1]));
});
const [host, port] = settings.ADDRESS.split(':');
server.listen(Number(port), host);

let stopping = false;
async function stop() {
  if (!stopping) {
    stopping = true;
    server.close();
    await DBOS.shutdown();
    await pool.end();
    process.exit(0);
  }
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

// A killed parent cannot say goodbye.
const parent = Number(process.env.PAY_PARENT_PID);
if (parent) {
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      void stop();
    }
  }, 1000).unref();
}
