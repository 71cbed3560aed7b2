import { bodyDigest, defineProvider, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { paystack } from 'hookwell/signatures';

/**
 * https://paystack.com/docs/payments/webhooks
 *
 * The samples are ones that Paystack has published. It sends no id: what it sends again is the same body. But some of its events can happen
 * again in the same words.
 */
export const definition = defineProvider({
  slug: 'paystack',
  displayName: 'Paystack',
  documentation: 'https://paystack.com/docs/payments/webhooks',
  scheme: paystack,
  delivery: { answerWithinMs: 30_000, retries: '4, one every 3 min, then hourly for 72 h' },
  bodiesRepeat: true,
  derive: ({ body }) => {
    const event = parseJson(body);
    const type = stringField(event, 'event');
    const isTimed = type === null || !UNTIMED.test(type);
    return {
      id: type === null || happensAgain(type, event) ? null : bodyDigest(body),
      type,
      orderingKey: firstAt(event, ABOUT),
      occurredAt: isTimed ? timeField(firstAt(event, TIMES)) : null,
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

/** Where it says when that was settled, paid, sent or made. */
const TIMES = [['resolvedAt'], ['paid_at'], ['transferred_at'], ['created_at'], ['createdAt']] as const;

/**
 * Events of which the body says what they are about, and nothing of when: a customer may be identified twice, a subscription be renewed in
 * between, a second reminder follow the first.
 */
const AGAIN =
  /^(customeridentification\..*|dedicatedaccount\.assign\.failed|subscription\.not_renew|charge\.dispute\.remind)$/;

/** Events whose `created_at` is the time at which the subscription, or the dispute, was made. */
const UNTIMED = /^(subscription\.(?!create$).*|charge\.dispute\.remind)$/;

/** Whether the next event may have the same body; that of a refund too which has no reference yet: two parts of a payment may be equal. */
function happensAgain(type: string, event: unknown): boolean {
  if (type.startsWith('refund.')) return stringField(event, 'data', 'refund_reference') === null;
  return AGAIN.test(type);
}

function firstAt(event: unknown, paths: readonly (readonly string[])[]): string | null {
  const values = paths.map((path) => stringField(event, 'data', ...path));
  return values.find((value) => value !== null) ?? null;
}

export const handlers = [];
