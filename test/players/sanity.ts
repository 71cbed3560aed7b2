import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook';
import { headerOf, mac, type Player } from './player.js';

export const sanity: Player = {
  name: '@sanity/webhook',
  slug: 'sanity',
  secret: 'a sanity secret',
  otherSecret: 'another',
  header: 'sanity-webhook-signature',
  encoding: 'base64url',
  prefix: 'v1=',
  separator: ',',
  clock: { unit: 'milliseconds', at: 'list' },
  sign: async ({ body, at }, secret) => ({
    'sanity-webhook-signature':
      // The package signs neither an empty body nor a time before 2021.
      body === '' || at.getUTCFullYear() < 2021
        ? `t=${at.getTime()},v1=${mac(`${at.getTime()}.${body}`, secret, 'base64url')}`
        : await encodeSignatureHeader(body, at.getTime(), secret),
  }),
  verify: (delivery, secret) =>
    isValidSignature(delivery.body, headerOf(delivery, 'sanity-webhook-signature'), secret),
};
