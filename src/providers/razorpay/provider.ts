import {
  defineProvider,
  headerField,
  jsonRequest,
  listField,
  parseJson,
  secondsField,
  stringField,
} from 'hookwell/handler-kit';
import { razorpay } from 'hookwell/signatures';

/**
 * https://razorpay.com/docs/webhooks/
 *
 * The sample is Razorpay's own (https://razorpay.com/docs/webhooks/payments).
 */
export const definition = defineProvider({
  slug: 'razorpay',
  displayName: 'Razorpay',
  documentation: 'https://razorpay.com/docs/webhooks/',
  scheme: razorpay,
  delivery: { answerWithinMs: 5000, retries: 'for 24 h' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'x-razorpay-event-id'),
      type: stringField(event, 'event'),
      orderingKey: orderingKey(event),
      occurredAt: secondsField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(body, { created_at: Math.floor(now.getTime() / 1000) }, { 'x-razorpay-event-id': id }),
});

/** The subscription, order or payment; an event about none is about the first thing that it contains. */
function orderingKey(event: unknown): string | null {
  const field = (entity: string, name: string): string | null =>
    stringField(event, 'payload', entity, 'entity', name);
  const [first] = listField(event, 'contains');
  return (
    field('subscription', 'id') ??
    field('order', 'id') ??
    field('payment', 'order_id') ??
    field('refund', 'payment_id') ??
    (typeof first === 'string' ? field(first, 'id') : null)
  );
}

export const handlers = [];
