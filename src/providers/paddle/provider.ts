import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { paddle } from 'hookwell/signatures';

/**
 * https://developer.paddle.com/webhooks/overview
 *
 * The samples are made after the fields of the package @paddle/paddle-node-sdk.
 */
export const definition = defineProvider({
  slug: 'paddle',
  displayName: 'Paddle',
  documentation: 'https://developer.paddle.com/webhooks/overview',
  scheme: paddle,
  delivery: { answerWithinMs: 5000, retries: '60 in 3 days' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'event_id'),
      type: stringField(event, 'event_type'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'occurred_at')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(body, { event_id: `evt_${id}`, occurred_at: now.toISOString() }),
});

/**
 * The transaction that an adjustment changes, else the subscription, transaction or other thing itself. A transaction learns of its
 * subscription only when it is paid, so that the subscription would not keep its events together.
 */
function orderingKey(event: unknown): string | null {
  const isAdjustment = stringField(event, 'event_type')?.startsWith('adjustment.') ?? false;
  return stringField(event, 'data', isAdjustment ? 'transaction_id' : 'id');
}

export const handlers = [];
