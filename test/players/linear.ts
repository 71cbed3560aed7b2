import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { headerOf, holds, mac, type Player } from './player.js';

export const linear: Player = {
  name: '@linear/sdk',
  slug: 'linear',
  secret: 'lin_wh_secret',
  otherSecret: 'another',
  header: 'linear-signature',
  encoding: 'hex',
  prefix: '',
  clock: { unit: 'milliseconds', tolerance: 60, at: 'body' },
  sign: ({ body }, secret) => ({ 'linear-signature': mac(body, secret, 'hex') }),
  verify: (delivery, secret) =>
    holds(() =>
      new LinearWebhookClient(secret).verify(
        Buffer.from(delivery.body),
        headerOf(delivery, 'linear-signature'),
      ),
    ),
};
