import braintreeLibrary from 'braintree';
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

export const braintree: OwnSender = {
  slug: 'braintree',
  secret: 'integration_private_key',
  otherSecret: 'another_private_key',
  header: null,
  bodies: { 'of a subscription': 'subscription_went_past_due', 'of a dispute': 'dispute_opened' },
  sign: (kind, secret = braintree.secret) => {
    const sample = braintreeKeys(secret).webhookTesting.sampleNotification(
      kind as braintreeLibrary.WebhookNotificationKind,
      'my_id',
    ) as unknown as Record<string, string>;
    return post(new URLSearchParams(sample).toString(), FORM_TYPE);
  },
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
    withBody('no public key', (body) => body.replace('integration_public_key', ''), 'malformed_body'),
  ],
};
