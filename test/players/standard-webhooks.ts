import { Webhook } from 'standardwebhooks';
import { holdsButForJson, type Player, secondsOf } from './player.js';

export const standardWebhooks = {
  name: 'standardwebhooks',
  slug: 'standard-webhooks',
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  otherSecret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  header: 'webhook-signature',
  encoding: 'base64',
  prefix: 'v1,',
  separator: ' ',
  idHeader: 'webhook-id',
  clock: {
    unit: 'seconds',
    tolerance: 300,
    at: { header: 'webhook-timestamp', signed: { is: 'before the body', text: '.' } },
  },
  sign: ({ body, at, id }, secret) => ({
    'webhook-id': id,
    'webhook-timestamp': secondsOf(at),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }),
  verify: ({ body, headers }, secret) => holdsButForJson(() => new Webhook(secret).verify(body, headers)),
} satisfies Player;

/** With a signing token. */
export const gitlab: Player = { ...standardWebhooks, slug: 'gitlab', otherNames: true };
