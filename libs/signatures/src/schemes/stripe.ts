import type { SignatureScheme } from '../scheme.js';

/** https://docs.stripe.com/webhooks#verify-manually */
export const stripe: SignatureScheme = {
  header: 'stripe-signature',
  format: { kind: 'pairs', timestamp: 't', signature: 'v1' },
  encoding: 'hex',
  content: ['{timestamp}', '.', '{body}'],
  toleranceSeconds: 300,
  key: 'utf8',
};
