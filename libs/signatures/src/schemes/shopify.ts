import type { SignatureScheme } from '../scheme.js';

/** https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export const shopify: SignatureScheme = {
  header: 'x-shopify-hmac-sha256',
  format: { kind: 'plain', prefix: '' },
  encoding: 'base64',
  content: ['{body}'],
  key: 'utf8',
};
