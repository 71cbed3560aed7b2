import { sign, verify } from '@octokit/webhooks-methods';
import { headerOf, mac, type Player } from './player.js';

export const github: Player = {
  name: '@octokit/webhooks-methods',
  slug: 'github',
  secret: 'It is a secret to everybody',
  otherSecret: 'It is no secret',
  header: 'x-hub-signature-256',
  encoding: 'hex',
  prefix: 'sha256=',
  sign: async ({ body }, secret) => ({
    // The package signs no empty body.
    'x-hub-signature-256': body === '' ? `sha256=${mac('', secret, 'hex')}` : await sign(secret, body),
  }),
  // It takes an empty body or header for a mistake of its caller.
  verify: (delivery, secret) =>
    verify(secret, delivery.body, headerOf(delivery, 'x-hub-signature-256')).catch(() => false),
};
