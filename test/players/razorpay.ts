import Razorpay from 'razorpay';
import { headerOf, mac, type Player } from './player.js';

export const razorpay: Player = {
  name: 'razorpay',
  slug: 'razorpay',
  secret: 'a razorpay secret',
  otherSecret: 'another',
  header: 'x-razorpay-signature',
  encoding: 'hex',
  prefix: '',
  sign: ({ body }, secret) => ({ 'x-razorpay-signature': mac(body, secret, 'hex') }),
  verify: (delivery, secret) =>
    Razorpay.validateWebhookSignature(delivery.body, headerOf(delivery, 'x-razorpay-signature'), secret),
};
