import { isValidSlackRequest } from '@slack/bolt';
import { headerOf, mac, type Player, secondsOf } from './player.js';

export const slack: Player = {
  name: '@slack/bolt',
  slug: 'slack',
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  otherSecret: 'another',
  header: 'x-slack-signature',
  encoding: 'hex',
  prefix: 'v0=',
  clock: {
    unit: 'seconds',
    tolerance: 300,
    at: { header: 'x-slack-request-timestamp', signed: { is: 'before the body', text: ':' } },
  },
  sign: ({ body, at }, secret) => ({
    'x-slack-request-timestamp': secondsOf(at),
    'x-slack-signature': `v0=${mac(`v0:${secondsOf(at)}:${body}`, secret, 'hex')}`,
  }),
  verify: (delivery, secret) =>
    isValidSlackRequest({
      signingSecret: secret,
      body: delivery.body,
      headers: {
        'x-slack-signature': headerOf(delivery, 'x-slack-signature'),
        'x-slack-request-timestamp': Number(headerOf(delivery, 'x-slack-request-timestamp')),
      },
    }),
};
