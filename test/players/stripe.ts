import Stripe from 'stripe';
import { headerOf, holdsButForJson, type Player, secondsOf } from './player.js';

const { webhooks } = new Stripe('sk_test_unused');

export const stripe: Player = {
  name: 'stripe',
  slug: 'stripe',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  otherSecret: 'whsec_another',
  header: 'stripe-signature',
  encoding: 'hex',
  prefix: 'v1=',
  separator: ',',
  clock: { unit: 'seconds', tolerance: 300, at: 'list' },
  sign: ({ body, at }, secret) => ({
    'stripe-signature': webhooks.generateTestHeaderString({
      payload: body,
      secret,
      timestamp: Number(secondsOf(at)),
    }),
  }),
  verify: (delivery, secret) =>
    holdsButForJson(() =>
      webhooks.constructEvent(delivery.body, headerOf(delivery, 'stripe-signature'), secret),
    ),
};
