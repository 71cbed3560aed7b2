import { validateSignature } from '@line/bot-sdk';
import { headerOf, mac, type Player } from './player.js';

export const line: Player = {
  name: '@line/bot-sdk',
  slug: 'line',
  secret: '8c570fa6dd201bb328f1c1eac23a96d8',
  otherSecret: 'another',
  header: 'x-line-signature',
  encoding: 'base64',
  prefix: '',
  sign: ({ body }, secret) => ({ 'x-line-signature': mac(body, secret, 'base64') }),
  verify: (delivery, secret) =>
    validateSignature(delivery.body, secret, headerOf(delivery, 'x-line-signature')),
};
