import { WebhooksHelper } from 'square';
import { ADDRESS, headerOf, mac, type Player } from './player.js';

export const square: Player = {
  name: 'square',
  slug: 'square',
  secret: 'asdf1234',
  otherSecret: 'another',
  header: 'x-square-hmacsha256-signature',
  encoding: 'base64',
  prefix: '',
  sign: ({ body, url = ADDRESS }, secret) => ({
    'x-square-hmacsha256-signature': mac(url + body, secret, 'base64'),
  }),
  verify: (delivery, secret) =>
    WebhooksHelper.verifySignature({
      requestBody: delivery.body,
      signatureHeader: headerOf(delivery, 'x-square-hmacsha256-signature'),
      signatureKey: secret,
      notificationUrl: ADDRESS,
    }),
};
