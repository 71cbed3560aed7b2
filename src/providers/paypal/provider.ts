import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { paypal } from 'hookwell/signatures';

/**
 * https://developer.paypal.com/api/rest/webhooks/
 *
 * The sample is made after the fields of PayPal's notifications and of its captured payments.
 */
export const definition = defineProvider({
  slug: 'paypal',
  displayName: 'PayPal',
  documentation: 'https://developer.paypal.com/api/rest/webhooks/',
  scheme: paypal,
  delivery: { answerWithinMs: null, retries: '25 in 3 days' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'event_type'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'create_time')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(body, { id: `WH-${id}`, create_time: now.toISOString() }, { 'paypal-transmission-id': id }),
});

/** Where a resource names the order, subscription, payment, dispute or invoice that it belongs to. */
const ABOUT = [
  ['supplementary_data', 'related_ids', 'order_id'],
  ['billing_agreement_id'],
  ['parent_payment'],
  ['dispute_id'],
  ['invoice', 'id'],
  ['id'],
] as const;

/** The order, subscription, payment, dispute or invoice; what belongs to none is about itself. */
function orderingKey(event: unknown): string | null {
  const ids = ABOUT.map((path) => stringField(event, 'resource', ...path));
  return ids.find((id) => id !== null) ?? null;
}

export const handlers = [];
