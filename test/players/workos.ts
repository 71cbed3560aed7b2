import { WorkOS } from '@workos-inc/node';
import { headerOf, holds, mac, type Player } from './player.js';

const { webhooks } = new WorkOS('sk_unused');

export const workos: Player = {
  name: '@workos-inc/node',
  slug: 'workos',
  secret: 'sOmEsEcReT',
  otherSecret: 'another',
  header: 'workos-signature',
  encoding: 'hex',
  prefix: 'v1=',
  separator: ',',
  spaced: true,
  clock: { unit: 'milliseconds', tolerance: 180, at: 'list' },
  sign: ({ body, at }, secret) => ({
    'workos-signature': `t=${at.getTime()}, v1=${mac(`${at.getTime()}.${body}`, secret, 'hex')}`,
  }),
  verify: (delivery, secret) =>
    holds(() =>
      webhooks.verifyHeader({
        payload: JSON.parse(delivery.body) as unknown,
        sigHeader: headerOf(delivery, 'workos-signature'),
        secret,
      }),
    ),
};
