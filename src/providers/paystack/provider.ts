import { defineProvider, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { paystack } from 'hookwell/signatures';

/**
 * https://paystack.com/docs/payments/webhooks
 *
 * The samples are ones that Paystack has published. It sends no id: what it sends again is the same body.
 */
export const definition = defineProvider({
  slug: 'paystack',
  displayName: 'Paystack',
  documentation: 'https://paystack.com/docs/payments/webhooks',
  scheme: paystack,
  delivery: { answerWithinMs: 30_000, retries: '4, one every 3 min, then hourly for 72 h' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: null,
      type: stringField(event, 'event'),
      orderingKey: firstAt(event, ABOUT),
      occurredAt: timeField(firstAt(event, TIMES)),
    };
  },
});

/** Where an event's data names its subscription, transaction or transfer. */
const ABOUT = [
  ['subscription_code'],
  ['subscription', 'subscription_code'],
  ['transaction_reference'],
  ['transaction', 'reference'],
  ['reference'],
  ['transfer_code'],
] as const;

/** Where it says when that was paid, sent or made. */
const TIMES = [['paid_at'], ['transferred_at'], ['created_at'], ['createdAt']] as const;

function firstAt(event: unknown, paths: readonly (readonly string[])[]): string | null {
  const values = paths.map((path) => stringField(event, 'data', ...path));
  return values.find((value) => value !== null) ?? null;
}

export const handlers = [];
