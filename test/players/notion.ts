import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { headerOf, type Player } from './player.js';

export const notion: Player = {
  name: '@notionhq/client',
  slug: 'notion',
  secret: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl',
  otherSecret: 'secret_another',
  header: 'x-notion-signature',
  encoding: 'hex',
  prefix: 'sha256=',
  sign: async ({ body }, secret) => ({
    'x-notion-signature': await signWebhookPayload({ body, verificationToken: secret }),
  }),
  verify: (delivery, secret) =>
    verifyWebhookSignature({
      body: delivery.body,
      signature: headerOf(delivery, 'x-notion-signature'),
      verificationToken: secret,
    }),
};
