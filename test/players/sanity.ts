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
      // The package signs no empty body.
      body === ''
        ? `t=${at.getTime()},v1=${mac(`${at.getTime()}.`, secret, 'base64url')}`
        : await encodeSignatureHeader(body, at.getTime(), secret),
  }),
  verify: (delivery, secret) =>
    isValidSignature(delivery.body, headerOf(delivery, 'sanity-webhook-signature'), secret),
};
