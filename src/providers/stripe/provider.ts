import { defineProvider, parseJson, stringField, timeField } from 'hookwell/handler-kit';
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
  scheme: stripe,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(Number(stringField(event, 'created') ?? Number.NaN)),
    };
  },
  simulate: ({ body, id, now }) => {
    const created = Math.floor(now.getTime() / 1000);
    const event = { ...(JSON.parse(body) as object), id: `evt_${id}`, created };
    return {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(JSON.stringify(event)),
    };
  },
});

export const handlers = [RecordInvoice, RecordPayment];
