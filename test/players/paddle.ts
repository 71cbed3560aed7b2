import { Paddle } from '@paddle/paddle-node-sdk';
import { headerOf, mac, type Player, secondsOf } from './player.js';

const { webhooks } = new Paddle('unused');

export const paddle: Player = {
  name: '@paddle/paddle-node-sdk',
  slug: 'paddle',
  secret: 'pdl_ntfset_01h8x1z_secret',
  otherSecret: 'pdl_ntfset_another',
  header: 'paddle-signature',
  encoding: 'hex',
  prefix: 'h1=',
  separator: ';',
  clock: { unit: 'seconds', tolerance: 5, at: 'list' },
  sign: ({ body, at }, secret) => ({
    'paddle-signature': `ts=${secondsOf(at)};h1=${mac(`${secondsOf(at)}:${body}`, secret, 'hex')}`,
  }),
  verify: async (delivery, secret) => {
    try {
      return await webhooks.isSignatureValid(delivery.body, secret, headerOf(delivery, 'paddle-signature'));
    } catch {
      return false;
    }
  },
};
