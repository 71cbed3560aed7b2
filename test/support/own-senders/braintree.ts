import braintreeLibrary from 'braintree';
import type { SignedRequest } from 'hookwell/signatures';
import { FORM_TYPE, formOf, isContent, type OwnSender, post, textOf, withBody } from './own-sender.js';

const braintreeKeys = (
  privateKey: string,
  publicKey = 'integration_public_key',
): braintreeLibrary.BraintreeGateway =>
  new braintreeLibrary.BraintreeGateway({
    environment: braintreeLibrary.Environment.Sandbox,
    merchantId: 'integration_merchant_id',
    publicKey,
    privateKey,
  });

const USUAL = 'dispute_opened my_id';

/** @param body a kind of notification, a space, and an id */
function notification(body: string, privateKey: string, publicKey?: string): SignedRequest {
  const [kind = '', id = ''] = body.split(' ');
  const sample = braintreeKeys(privateKey, publicKey).webhookTesting.sampleNotification(
    kind as braintreeLibrary.WebhookNotificationKind,
    id,
  ) as unknown as Record<string, string>;
  return post(new URLSearchParams(sample).toString(), FORM_TYPE);
}

/** A notification that is signed for several keys. */
function listed(inOrder: (ours: string, others: string) => string): SignedRequest {
  const { rawBody } = notification(USUAL, braintree.secret);
  const form = new URLSearchParams(rawBody.toString());
  form.set('bt_signature', inOrder(form.get('bt_signature') ?? '', `another_public_key|${'0'.repeat(40)}`));
  return post(form.toString(), FORM_TYPE);
}

export const braintree: OwnSender = {
  name: 'braintree',
  slug: 'braintree',
  secret: 'integration_private_key',
  otherSecret: 'another_private_key',
  header: null,
  bodies: {
    'of a subscription': 'subscription_went_past_due my_id',
    'of a dispute': USUAL,
    'with characters of every length': 'dispute_opened é€😀',
    'of 100 kB': `dispute_opened ${'x'.repeat(100_000)}`,
  },
  others: [
    {
      name: 'another public key, with the right private key',
      make: () => notification(USUAL, braintree.secret, 'another_public_key'),
    },
    {
      name: 'a list: another key, then ours',
      make: () => listed((ours, others) => `${others}&${ours}`),
    },
    {
      name: 'a list: ours, then another key',
      make: () => listed((ours, others) => `${ours}&${others}`),
    },
    {
      name: 'a payload that has lost its line end',
      make: () => {
        const { rawBody } = notification(USUAL, braintree.secret);
        return post(rawBody.toString().replace(/%0A$/, ''), FORM_TYPE);
      },
    },
  ],
  sign: (body, secret = braintree.secret) => notification(body, secret),
  accepts: ({ rawBody }, secret) =>
    isContent(() => {
      const { bt_signature: signature = '', bt_payload: payload = '' } = formOf(rawBody);
      return braintreeKeys(secret).webhookNotification.parse(textOf(signature), textOf(payload));
    }),
  forgeries: [
    withBody('a payload changed', (body) => body.replace('bt_payload=', 'bt_payload=AAAA')),
    withBody('a payload cut short', (body) => body.replace(/.{8}$/, '')),
    withBody('no signature', (body) => body.replace('bt_signature', 'signature'), 'malformed_body'),
    withBody('no payload', (body) => body.replace('bt_payload', 'payload'), 'malformed_body'),
    withBody('an empty body', () => '', 'malformed_body'),
    withBody(
      'a payload with a space in it',
      (body) => body.replace('bt_payload=', 'bt_payload=+'),
      'malformed_body',
    ),
    withBody('a signature cut short', (body) => body.replace(/%7C../, '%7C'), 'malformed_body'),
    withBody('a second payload', (body) => `${body}&bt_payload=AAAA`, 'malformed_body'),
    withBody(
      'a third part in a pair',
      (body) => body.replace('&bt_payload', '%7Cmore&bt_payload'),
      'malformed_body',
    ),
    withBody(
      'hex digits in capitals',
      (body) => body.replace(/(?<=%7C)\w+/, (digits) => digits.toUpperCase()),
      'malformed_body',
    ),
    withBody(
      'a payload with a byte order mark',
      (body) => body.replace('bt_payload=', 'bt_payload=%EF%BB%BF'),
      'malformed_body',
    ),
    withBody('no public key', (body) => body.replace('integration_public_key', ''), 'malformed_body'),
  ],
};
