import { verifySignature } from 'gocardless-nodejs/webhooks';
import { headerOf, holds, mac, type Player } from './player.js';

export const gocardless: Player = {
  name: 'gocardless-nodejs',
  slug: 'gocardless',
  secret: 'ED7D658C-D8EB-4941-948B-3973214F2D49',
  otherSecret: 'another',
  header: 'webhook-signature',
  encoding: 'hex',
  prefix: '',
  sign: ({ body }, secret) => ({ 'webhook-signature': mac(body, secret, 'hex') }),
  verify: (delivery, secret) =>
    holds(() => {
      verifySignature(delivery.body, secret, headerOf(delivery, 'webhook-signature'));
    }),
};
