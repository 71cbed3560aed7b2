import { github } from './schemes/github.js';
import { shopify } from './schemes/shopify.js';
import { standardWebhooks } from './schemes/standard-webhooks.js';
import { stripe } from './schemes/stripe.js';
import type { SignatureScheme } from './scheme.js';

export type { RejectionReason, SignatureScheme, SignedRequest, Verdict } from './scheme.js';
export { github, shopify, standardWebhooks, stripe };
export { secretProblem } from './secret.js';
export { sign } from './sign.js';
export type { SigningRequest } from './sign.js';
export { verify } from './verify.js';

/** Every scheme, by slug. */
export const schemes: Readonly<Record<string, SignatureScheme>> = {
  github,
  shopify,
  'standard-webhooks': standardWebhooks,
  stripe,
};
