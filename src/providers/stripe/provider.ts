import {
  defineProvider,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { stripe } from 'hookwell/signatures';
import { orderingKey } from './ordering-key.js';
import { RecordInvoice } from './record-invoice.handler.js';
import { RecordPayment } from './record-payment.handler.js';
import { isThin } from './thin-event.js';

/**
 * https://docs.stripe.com/api/events
 *
 * The samples are events around the example objects of Stripe's API reference; the thin one is that of
 * https://docs.stripe.com/changelog/acacia/2024-09-30/api-v2-thin-events
 */
export const definition = defineProvider({
  slug: 'stripe',
  displayName: 'Stripe',
  documentation: 'https://docs.stripe.com/webhooks',
  scheme: stripe,
  delivery: {
    answerWithinMs: null,
    retries: 'up to 3 days with growing pauses; a sandbox 3 times in a few hours',
  },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: orderingKey(event),
      occurredAt: created(event),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(
      body,
      {
        id: `evt_${id}`,
        created: isThin(parseJson(Buffer.from(body))) ? now.toISOString() : Math.floor(now.getTime() / 1000),
      },
      { 'content-type': 'application/json; charset=utf-8' },
    ),
});

/** Seconds; in thin events ISO 8601. https://docs.stripe.com/api/v2/core/events */
function created(event: unknown): Date | null {
  const time = stringField(event, 'created');
  return isThin(event) ? timeField(time) : secondsField(time);
}

export const handlers = [RecordInvoice, RecordPayment];
