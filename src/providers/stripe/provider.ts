import { defineProvider, parseJson, stringField } from 'hookwell/handler-kit';
import { stripe } from 'hookwell/signatures';
import { RecordInvoice } from './record-invoice.handler.js';

/** https://docs.stripe.com/api/events */
export const definition = defineProvider({
  slug: 'stripe',
  displayName: 'Stripe',
  scheme: stripe,
  derive: ({ body }) => {
    const event = parseJson(body);
    const created = Number(stringField(event, 'created') ?? Number.NaN);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: stringField(event, 'data', 'object', 'id'),
      occurredAt: Number.isSafeInteger(created) && Math.abs(created) < 1e11 ? new Date(created * 1000) : null,
    };
  },
  simulate: ({ body, id, now }) => ({
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(
      JSON.stringify({
        ...(JSON.parse(body) as object),
        id: `evt_${id}`,
        created: Math.floor(now.getTime() / 1000),
      }),
    ),
  }),
});

export const handlers = [RecordInvoice];
