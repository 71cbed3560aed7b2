import { bodyDigest, defineProvider, timeField } from 'hookwell/handler-kit';
import { braintree } from 'hookwell/signatures';
import { readNotification } from './notification.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * A form with a notification in XML. https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 *
 * It has no id: its payload tells it from others, without the line end, which may be lost on the way. The signatures beside it do not, for
 * there is one for each of the account's keys, which may be others by the next try
 * (https://github.com/braintree/braintree_node/blob/master/lib/braintree/webhook_notification_gateway.js).
 *
 * The sample is what the package braintree makes for tests (webhookTesting.sampleNotification), with its XML in the clear.
 */
export const definition = defineProvider({
  slug: 'braintree',
  displayName: 'Braintree',
  documentation: 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview',
  scheme: braintree,
  delivery: { answerWithinMs: 30_000, retries: 'hourly for 24 h; for 3 h in the sandbox' },
  derive: ({ body }) => {
    const payload = new URLSearchParams(body.toString('utf8')).get('bt_payload')?.trimEnd() ?? '';
    const { kind, timestamp, subject } = readNotification(Buffer.from(payload, 'base64').toString('utf8'));
    const id = payload === '' ? null : bodyDigest(Buffer.from(payload));
    return { id, type: kind, orderingKey: subject, occurredAt: timeField(timestamp) };
  },
  // Without a signature, which would be in the body.
  simulate: ({ body, now }) => {
    const { bt_payload: xml } = JSON.parse(body) as { bt_payload: string };
    const fresh = xml.replace(/(<timestamp[^>]*>)[^<]*/, `$1${now.toISOString()}`);
    const form = new URLSearchParams({ bt_payload: Buffer.from(fresh).toString('base64') });
    return { headers: FORM, body: Buffer.from(form.toString()) };
  },
});

export const handlers = [];
