import Mux from '@mux/mux-node';
import { holds, mac, type Player, secondsOf } from './player.js';

const { webhooks } = new Mux({ tokenId: 'unused', tokenSecret: 'unused' });

export const mux: Player = {
  name: '@mux/mux-node',
  slug: 'mux',
  secret: 'SuperSecret123',
  otherSecret: 'another',
  header: 'mux-signature',
  encoding: 'hex',
  prefix: 'v1=',
  separator: ',',
  clock: { unit: 'seconds', tolerance: 300, at: 'list' },
  sign: ({ body, at }, secret) => ({
    'mux-signature': `t=${secondsOf(at)},v1=${mac(`${secondsOf(at)}.${body}`, secret, 'hex')}`,
  }),
  verify: ({ body, headers }, secret) => holds(() => webhooks.verifySignature(body, headers, secret)),
};
