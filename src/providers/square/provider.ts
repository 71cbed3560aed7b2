import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { square } from 'hookwell/signatures';

/**
 * https://developer.squareup.com/docs/webhooks/overview
 *
 * The samples are made after the fields of the package square.
 */
export const definition = defineProvider({
  slug: 'square',
  displayName: 'Square',
  documentation: 'https://developer.squareup.com/docs/webhooks/overview',
  scheme: square,
  delivery: { answerWithinMs: 10_000, retries: '11 in 24 h' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'event_id'),
      type: stringField(event, 'type'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { event_id: id, created_at: now.toISOString() }),
});

/** The payment, also of its refunds and disputes; else the order, invoice or other thing that the event is about. */
function orderingKey(event: unknown): string | null {
  const field = (...path: string[]): string | null => stringField(event, 'data', ...path);
  return (
    field('object', 'payment', 'id') ??
    field('object', 'refund', 'payment_id') ??
    field('object', 'dispute', 'disputed_payment', 'payment_id') ??
    field('id')
  );
}

export const handlers = [];
