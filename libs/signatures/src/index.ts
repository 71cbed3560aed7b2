import { github } from './schemes/github.js';
import { shopify } from './schemes/shopify.js';
import { standardWebhooks } from './schemes/standard-webhooks.js';
import { stripe } from './schemes/stripe.js';
import type { SignatureScheme } from './scheme.js';

export { explain } from './explain.js';
export type { Explanation } from './explain.js';
export { hmac } from './hmac/hmac-scheme.js';
export type { HmacScheme } from './hmac/hmac-scheme.js';
export type { HmacTemplate } from './hmac/template.js';
export type { SignedRequest } from './request.js';
export { textAt } from './json-pointer.js';
export type { FetchedKeyScheme, KeyRequest, KeyResolver, LocalScheme, SignatureScheme } from './scheme.js';
export { github, shopify, standardWebhooks, stripe };
export { secretProblem } from './secret.js';
export { sign } from './sign.js';
export type { SigningRequest } from './sign.js';
export { REJECTION_REASONS } from './verdict.js';
export type { RejectionReason, Verdict } from './verdict.js';
export { verify, verifyAsync } from './verify.js';

/** Every scheme, by slug. */
export const schemes: Readonly<Record<string, SignatureScheme>> = {
  github,
  shopify,
  'standard-webhooks': standardWebhooks,
  stripe,
};
