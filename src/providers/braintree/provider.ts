import { defineProvider, timeField } from 'hookwell/handler-kit';
import { braintree } from 'hookwell/signatures';
import { readNotification } from './notification.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * A form with a notification in XML. https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 *
 * It has no id. The sample is what the package braintree makes for tests (webhookTesting.sampleNotification), with its XML in the
 * clear.
 */
export const definition = defineProvider({
  slug: 'braintree',
  displayName: 'Braintree',
  documentation: 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview',
  scheme: braintree,
  derive: ({ body }) => {
    const payload = new URLSearchParams(body.toString('utf8')).get('bt_payload') ?? '';
    const { kind, timestamp, subject } = readNotification(Buffer.from(payload, 'base64').toString('utf8'));
    return { id: null, type: kind, orderingKey: subject, occurredAt: timeField(timestamp) };
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
