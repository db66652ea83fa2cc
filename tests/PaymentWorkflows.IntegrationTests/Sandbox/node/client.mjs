// Drives the sandbox as an app with Stripe's official client would. One JSON line per check on stdout; exit code 1 when one failed.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

const [, , stripeUrl, controlUrl, apiKey, webhookUrl, webhookSecret, folder] = process.argv;
const Stripe = createRequire(path.join(folder, 'package.json'))('stripe');
const at = new URL(stripeUrl);
const stripe = new Stripe(apiKey, { host: at.hostname, port: at.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
const post = (url) => fetch(url, { method: 'POST', redirect: 'manual' });
const advance = (duration) => fetch(new URL('/clock', controlUrl), { method: 'POST', body: JSON.stringify({ advance: duration }) });
const unique = () => crypto.randomUUID();
const person = (email) => ({ name: 'A. Buyer', email });

const local = (type, currency, extra = {}, data = {}) =>
  stripe.paymentIntents.create({
    amount: 2000,
    currency,
    confirm: true,
    capture_method: 'automatic',
    payment_method_data: { type, billing_details: person('fill_never@shop.example'), ...data },
    ...extra,
  });

const error = async (work) => {
  try {
    await work();
  } catch (caught) {
    return caught;
  }
  assert.fail('an error was expected');
};

const checks = {
  async 'the client and the sandbox speak the same version'() {
    assert.equal(stripe.getApiField('version'), '2026-10-28.endive');
    const customer = await stripe.customers.create({ name: 'A' });
    assert.equal(customer.lastResponse.apiVersion, '2026-10-28.endive');
    assert.match(customer.lastResponse.requestId, /^req_/);
  },

  async 'card'() {
    const intent = await stripe.paymentIntents.create({
      amount: 2000, currency: 'eur', payment_method: 'pm_card_visa', confirm: true, capture_method: 'manual', metadata: { order: '7' }, expand: ['latest_charge'],
    });
    assert.equal(intent.status, 'requires_capture');
    assert.ok(intent.latest_charge.payment_method_details.card.capture_before > intent.created);
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1200 });
    assert.deepEqual([captured.status, captured.amount_received], ['succeeded', 1200]);
  },

  async 'redirect'() {
    const intent = await local('ideal', 'eur', { return_url: 'https://shop.example/back' });
    assert.equal(intent.next_action.type, 'redirect_to_url');
    const answer = await post(`${intent.next_action.redirect_to_url.url}/approve`);
    assert.equal(new URL(answer.headers.get('location')).searchParams.get('redirect_status'), 'succeeded');
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    assert.deepEqual([paid.status, paid.latest_charge.payment_method_details.ideal.bank], ['succeeded', 'ing']);
  },

  async 'qr code'() {
    const intent = await local('pix', 'brl', { payment_method_options: { pix: { expires_after_seconds: 3600 } } });
    assert.ok(intent.next_action.pix_display_qr_code.data.length > 20);
    assert.equal((await fetch(intent.next_action.pix_display_qr_code.image_url_png)).headers.get('content-type'), 'image/png');
    await advance('PT2H');
    const expired = await stripe.paymentIntents.retrieve(intent.id);
    assert.deepEqual([expired.status, expired.last_payment_error.code], ['requires_payment_method', 'payment_intent_payment_attempt_expired']);
  },

  async 'voucher'() {
    const intent = await local('boleto', 'brl', {}, { boleto: { tax_id: '000.000.000-00' }, billing_details: person('succeed_immediately@shop.example') });
    assert.ok(intent.next_action.boleto_display_details.number);
    await advance('PT5S');
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
  },

  async 'bank debit'() {
    const agreed = { customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'test' } } };
    const intent = await local('sepa_debit', 'eur', { mandate_data: agreed }, { sepa_debit: { iban: 'DE62370400440532013001' } });
    assert.equal(intent.status, 'processing');
    await advance('PT5S');
    const failed = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    assert.deepEqual([failed.status, failed.latest_charge.status], ['requires_payment_method', 'failed']);
    const mandate = await stripe.mandates.retrieve(failed.latest_charge.payment_method_details.sepa_debit.mandate);
    assert.equal(mandate.status, 'active');
  },

  async 'app approval'() {
    const intent = await local('blik', 'pln', { payment_method_options: { blik: { code: '123456' } } });
    assert.equal(intent.next_action.type, 'blik_authorize');
    await post(`${stripeUrl.replace(/\/$/, '')}/pay/${intent.id}/approve`);
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
  },

  async 'errors have their classes'() {
    const declined = await error(() => stripe.paymentIntents.create({ amount: 2000, currency: 'eur', payment_method: 'pm_card_chargeDeclinedInsufficientFunds', confirm: true }));
    assert.ok(declined instanceof Stripe.errors.StripeCardError);
    assert.deepEqual([declined.statusCode, declined.code, declined.decline_code, declined.payment_intent.status], [402, 'card_declined', 'insufficient_funds', 'requires_payment_method']);
    const unknown = await error(() => stripe.paymentIntents.create({ amount: 2000, currency: 'eur', payment_method_types: ['card'] }));
    assert.ok(unknown instanceof Stripe.errors.StripeInvalidRequestError);
    assert.deepEqual([unknown.code, unknown.param], ['parameter_unknown', 'payment_method_types']);
    const missing = await error(() => stripe.paymentIntents.retrieve('pi_nobody'));
    assert.deepEqual([missing.statusCode, missing.code], [404, 'resource_missing']);
    const stranger = new Stripe('sk_test_stranger', { host: at.hostname, port: at.port, protocol: 'http', maxNetworkRetries: 0 });
    assert.ok((await error(() => stranger.balance.retrieve())) instanceof Stripe.errors.StripeAuthenticationError);
  },

  async 'idempotency'() {
    const key = unique();
    const options = { idempotencyKey: key };
    const first = await stripe.paymentIntents.create({ amount: 2000, currency: 'eur' }, options);
    const second = await stripe.paymentIntents.create({ amount: 2000, currency: 'eur' }, options);
    assert.equal(second.id, first.id);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    const other = await error(() => stripe.paymentIntents.create({ amount: 2001, currency: 'eur' }, options));
    assert.ok(other instanceof Stripe.errors.StripeIdempotencyError);
    await fetch(new URL('/faults', controlUrl), { method: 'POST', body: JSON.stringify({ kind: 'unavailable', match: { method: 'POST', path: '/v1/customers' } }) });
    const patient = new Stripe(apiKey, { host: at.hostname, port: at.port, protocol: 'http', maxNetworkRetries: 2, telemetry: false });
    assert.match((await patient.customers.create({ name: 'B' })).id, /^cus_/);
  },

  async 'webhook signatures'() {
    const payload = await (await fetch(webhookUrl)).json();
    assert.ok(payload.length > 0);
    for (const { body, signature } of payload) {
      const event = await stripe.webhooks.constructEventAsync(body, signature, webhookSecret);
      assert.equal(event.api_version, '2026-10-28.endive');
      assert.equal(stripe.webhooks.constructEvent(body, signature, webhookSecret).id, event.id);
    }
    const { body, signature } = payload[0];
    assert.throws(() => stripe.webhooks.constructEvent(body.replace('evt_', 'evt_x'), signature, webhookSecret), Stripe.errors.StripeSignatureVerificationError);
  },

  async 'pages'() {
    const customer = (await stripe.customers.create({ name: 'pages' })).id;
    const made = [];
    for (let index = 0; index < 7; index++) {
      made.unshift((await stripe.paymentIntents.create({ amount: 100 + index, currency: 'eur', customer })).id);
    }
    const seen = [];
    for await (const intent of stripe.paymentIntents.list({ customer, limit: 3 })) {
      seen.push(intent.id);
    }
    assert.deepEqual(seen, made);
    const back = await stripe.paymentIntents.list({ customer, limit: 2, ending_before: made[4] }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(back.map((intent) => intent.id).sort(), made.slice(0, 4).sort());
  },

  async 'search'() {
    const order = unique();
    for (let index = 0; index < 3; index++) {
      await stripe.paymentIntents.create({ amount: 100 + index, currency: 'eur', metadata: { order } });
    }
    const found = await stripe.paymentIntents.search({ query: `metadata['order']:'${order}'`, limit: 2 }).autoPagingToArray({ limit: 10 });
    assert.equal(found.length, 3);
  },

  async 'refunds'() {
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'eur', payment_method: 'pm_card_visa', confirm: true, capture_method: 'automatic' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 500, expand: ['balance_transaction'] });
    assert.deepEqual([refund.status, refund.balance_transaction.net], ['succeeded', -500]);
    const over = await error(() => stripe.refunds.create({ payment_intent: intent.id, amount: 1501 }));
    assert.match(over.message, /greater than unrefunded amount/);
    assert.equal((await stripe.refunds.list({ payment_intent: intent.id })).data.length, 1);
    await stripe.refunds.create({ payment_intent: intent.id });
    assert.equal((await error(() => stripe.refunds.create({ payment_intent: intent.id }))).code, 'charge_already_refunded');
    const pending = await stripe.paymentIntents.create({ amount: 2000, currency: 'eur', payment_method: 'pm_card_refundFail', confirm: true, capture_method: 'automatic' });
    const failing = await stripe.refunds.create({ payment_intent: pending.id });
    await advance('PT5S');
    assert.equal((await stripe.refunds.retrieve(failing.id)).status, 'failed');
    assert.equal((await error(() => stripe.refunds.cancel(failing.id))).code, 'status_transition_invalid');
  },

  async 'tax'() {
    const calculation = await stripe.tax.calculations.create({
      currency: 'eur',
      line_items: [{ amount: 1000, reference: 'a' }, { amount: 1000, reference: 'b', tax_code: 'txcd_35010000' }],
      customer_details: { address: { country: 'DE', postal_code: '10115' }, address_source: 'billing' },
      expand: ['line_items'],
    });
    assert.deepEqual([calculation.amount_total, calculation.tax_amount_exclusive, calculation.line_items.data.length], [2260, 260, 2]);
    const reference = unique();
    const transaction = await stripe.tax.transactions.createFromCalculation({ calculation: calculation.id, reference, expand: ['line_items'] });
    const again = await error(() => stripe.tax.transactions.createFromCalculation({ calculation: calculation.id, reference }));
    assert.equal(again.code, 'resource_already_exists');
    const reversal = await stripe.tax.transactions.createReversal({ mode: 'partial', original_transaction: transaction.id, reference: `${reference}-1`, flat_amount: -226, expand: ['line_items'] });
    assert.equal(reversal.line_items.data.reduce((sum, line) => sum + line.amount + line.amount_tax, 0), -226);
    const lines = await stripe.tax.transactions.listLineItems(transaction.id).autoPagingToArray({ limit: 10 });
    assert.equal(lines.length, 2);
    assert.equal((await stripe.tax.transactions.retrieve(transaction.id)).reference, reference);
    assert.equal((await stripe.tax.calculations.listLineItems(calculation.id)).data[0].reference, 'a');
  },

  async 'balance and events'() {
    const balance = await stripe.balance.retrieve();
    assert.ok(balance.available.length > 0 && balance.pending.length > 0);
    const types = new Set();
    for await (const event of stripe.events.list({ limit: 100 })) {
      types.add(event.type);
    }
    for (const type of ['payment_intent.succeeded', 'payment_intent.requires_action', 'payment_intent.processing', 'payment_intent.payment_failed', 'charge.pending', 'charge.succeeded', 'charge.failed', 'charge.refunded', 'refund.created', 'refund.failed', 'mandate.updated']) {
      assert.ok(types.has(type), type);
    }
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(JSON.stringify({ check: name, ok: true }));
  } catch (caught) {
    failed++;
    console.log(JSON.stringify({ check: name, ok: false, reason: String(caught?.stack ?? caught).slice(0, 600) }));
  }
}

// The client keeps its connections open for a minute and more, and the process with them.
process.exit(failed === 0 ? 0 : 1);
