import { stringField } from 'hookwell/handler-kit';
import { isThin } from './thin-event.js';

/**
 * By Stripe's name for an object, the fields that name the payment intent, subscription or invoice it is about, the first that is set
 * counting. What has no payment intent, an old charge say, is kept with its charge. Of each object's page in
 * https://docs.stripe.com/api
 */
const ABOUT = new Map<string | null, readonly string[]>([
  ['charge', ['payment_intent']],
  ['refund', ['payment_intent', 'charge']],
  ['dispute', ['payment_intent', 'charge']],
  ['review', ['payment_intent', 'charge']],
  ['radar.early_fraud_warning', ['payment_intent', 'charge']],
  ['checkout.session', ['payment_intent', 'subscription', 'invoice']],
  ['invoiceitem', ['invoice']],
  ['invoice_payment', ['invoice']],
  ['credit_note', ['invoice']],
  ['subscription_schedule', ['subscription']],
]);

/**
 * The invoice, subscription or payment intent that an event is about; what is about none is about itself. A thin event is about the
 * object that it names, of which it says no more.
 */
export function orderingKey(event: unknown): string | null {
  if (isThin(event)) return stringField(event, 'related_object', 'id');
  const field = (name: string): string | null => stringField(event, 'data', 'object', name);
  const about = ABOUT.get(field('object')) ?? [];
  return about.map(field).find((id) => id !== null) ?? field('id');
}
