import { defineProvider, jsonRequest, parseJson, secondsField, stringField } from 'hookwell/handler-kit';
import { stripe } from 'hookwell/signatures';
import { orderingKey } from './ordering-key.js';
import { RecordInvoice } from './record-invoice.handler.js';
import { RecordPayment } from './record-payment.handler.js';

/**
 * https://docs.stripe.com/api/events
 *
 * The samples are events around the example objects of Stripe's API reference.
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
      occurredAt: secondsField(stringField(event, 'created')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(
      body,
      { id: `evt_${id}`, created: Math.floor(now.getTime() / 1000) },
      { 'content-type': 'application/json; charset=utf-8' },
    ),
});

export const handlers = [RecordInvoice, RecordPayment];
