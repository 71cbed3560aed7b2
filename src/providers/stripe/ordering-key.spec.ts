import { expect, it } from 'vitest';
import { orderingKey } from './ordering-key.js';

it.each([
  ['an invoice', { object: 'invoice', id: 'in_1', subscription: 'sub_1' }, 'in_1'],
  ['a subscription', { object: 'subscription', id: 'sub_1', latest_invoice: 'in_1' }, 'sub_1'],
  ['a payment intent', { object: 'payment_intent', id: 'pi_1', invoice: 'in_1' }, 'pi_1'],
  ['a charge', { object: 'charge', id: 'ch_1', payment_intent: 'pi_1', invoice: 'in_1' }, 'pi_1'],
  ['a charge by itself', { object: 'charge', id: 'ch_1', payment_intent: null }, 'ch_1'],
  ['a refund', { object: 'refund', id: 're_1', payment_intent: 'pi_1', charge: 'ch_1' }, 'pi_1'],
  ['a refund of a charge', { object: 'refund', id: 're_1', payment_intent: null, charge: 'ch_1' }, 'ch_1'],
  ['a dispute', { object: 'dispute', id: 'dp_1', payment_intent: 'pi_1', charge: 'ch_1' }, 'pi_1'],
  ['a review', { object: 'review', id: 'prv_1', payment_intent: 'pi_1', charge: 'ch_1' }, 'pi_1'],
  ['a fraud warning', { object: 'radar.early_fraud_warning', id: 'issfr_1', charge: 'ch_1' }, 'ch_1'],
  ['a paid checkout', { object: 'checkout.session', id: 'cs_1', payment_intent: 'pi_1' }, 'pi_1'],
  [
    'a checkout of a subscription',
    { object: 'checkout.session', id: 'cs_1', payment_intent: null, subscription: 'sub_1', invoice: 'in_1' },
    'sub_1',
  ],
  ['a checkout of an invoice', { object: 'checkout.session', id: 'cs_1', invoice: 'in_1' }, 'in_1'],
  ['an open checkout', { object: 'checkout.session', id: 'cs_1', payment_intent: null }, 'cs_1'],
  ['an invoice item', { object: 'invoiceitem', id: 'ii_1', invoice: 'in_1' }, 'in_1'],
  ['an invoice item that waits', { object: 'invoiceitem', id: 'ii_1', invoice: null }, 'ii_1'],
  ["an invoice's payment", { object: 'invoice_payment', id: 'inpay_1', invoice: 'in_1' }, 'in_1'],
  ['a credit note', { object: 'credit_note', id: 'cn_1', invoice: 'in_1' }, 'in_1'],
  ['a schedule', { object: 'subscription_schedule', id: 'sub_sched_1', subscription: 'sub_1' }, 'sub_1'],
  ['a customer', { object: 'customer', id: 'cus_1', invoice: 'in_1' }, 'cus_1'],
  ['an object of no name', { id: 'x_1' }, 'x_1'],
  ['an object with neither', {}, null],
])('is, for %s, what it is about', (_, object, key) => {
  expect(orderingKey({ data: { object } })).toBe(key);
});

it.each([
  ['the object that it names', { id: 'ch_1', type: 'charge', url: '/v1/charges/ch_1' }, 'ch_1'],
  ['nothing where it names none', null, null],
])('is, for a thin event, %s', (_, related, key) => {
  const event = { object: 'v2.core.event', id: 'evt_1', related_object: related };
  expect(orderingKey({ ...event, data: { object: { id: 'in_1' } } })).toBe(key);
});
