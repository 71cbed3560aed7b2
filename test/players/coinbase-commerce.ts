import { Webhook } from 'coinbase-commerce-node';
import { headerOf, holds, mac, type Player } from './player.js';

export const coinbaseCommerce: Player = {
  name: 'coinbase-commerce-node',
  slug: 'coinbase-commerce',
  secret: 'd3b07384-d9a0-4c9b-8f7e-2f4f7b6a1c55',
  otherSecret: 'another',
  header: 'x-cc-webhook-signature',
  encoding: 'hex',
  prefix: '',
  sign: ({ body }, secret) => ({ 'x-cc-webhook-signature': mac(body, secret, 'hex') }),
  verify: (delivery, secret) =>
    holds(() => {
      Webhook.verifySigHeader(delivery.body, headerOf(delivery, 'x-cc-webhook-signature'), secret);
    }),
};
