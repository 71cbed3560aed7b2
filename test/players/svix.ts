import { Resend } from 'resend';
import { Webhook } from 'svix';
import { headerOf, holdsButForJson, type Player, secondsOf } from './player.js';
import { standardWebhooks } from './standard-webhooks.js';

export const svix: Player = {
  ...standardWebhooks,
  name: 'svix',
  slug: 'svix',
  header: 'svix-signature',
  idHeader: 'svix-id',
  clock: {
    unit: 'seconds',
    tolerance: 300,
    at: { header: 'svix-timestamp', signed: { is: 'before the body', text: '.' } },
  },
  sign: ({ body, at, id }, secret) => ({
    'svix-id': id,
    'svix-timestamp': secondsOf(at),
    'svix-signature': new Webhook(secret).sign(id, at, body),
  }),
  verify: ({ body, headers }, secret) => holdsButForJson(() => new Webhook(secret).verify(body, headers)),
};

const { webhooks } = new Resend('re_unused');

/** As it sends for those who do not want to show that they use it. */
export const unbrandedSvix: Player = {
  ...svix,
  otherNames: true,
  header: 'webhook-signature',
  idHeader: 'webhook-id',
  clock: standardWebhooks.clock,
  sign: ({ body, at, id }, secret) => ({
    'webhook-id': id,
    'webhook-timestamp': secondsOf(at),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }),
};

/** Resend sends with Svix and verifies with its own package. */
export const resend: Player = {
  ...svix,
  name: 'resend',
  verify: (delivery, secret) =>
    holdsButForJson(() =>
      webhooks.verify({
        payload: delivery.body,
        headers: {
          id: headerOf(delivery, 'svix-id'),
          timestamp: headerOf(delivery, 'svix-timestamp'),
          signature: headerOf(delivery, 'svix-signature'),
        },
        webhookSecret: secret,
      }),
    ),
};
