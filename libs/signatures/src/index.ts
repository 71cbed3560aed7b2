import { adyenPlatform } from './schemes/adyen-platform.js';
import { asana } from './schemes/asana.js';
import { bitbucket } from './schemes/bitbucket.js';
import { calcom } from './schemes/calcom.js';
import { calendly } from './schemes/calendly.js';
import { coinbaseCommerce } from './schemes/coinbase-commerce.js';
import { docusign } from './schemes/docusign.js';
import { dropbox } from './schemes/dropbox.js';
import { github } from './schemes/github.js';
import { gocardless } from './schemes/gocardless.js';
import { heroku } from './schemes/heroku.js';
import { hubspot } from './schemes/hubspot.js';
import { intercom } from './schemes/intercom.js';
import { lemonsqueezy } from './schemes/lemonsqueezy.js';
import { line } from './schemes/line.js';
import { linear } from './schemes/linear.js';
import { meta } from './schemes/meta.js';
import { mux } from './schemes/mux.js';
import { notion } from './schemes/notion.js';
import { openai } from './schemes/openai.js';
import { paddle } from './schemes/paddle.js';
import { pagerduty } from './schemes/pagerduty.js';
import { paystack } from './schemes/paystack.js';
import { razorpay } from './schemes/razorpay.js';
import { sanity } from './schemes/sanity.js';
import { sentry } from './schemes/sentry.js';
import { shopify } from './schemes/shopify.js';
import { slack } from './schemes/slack.js';
import { square } from './schemes/square.js';
import { standardWebhooks } from './schemes/standard-webhooks.js';
import { stripe } from './schemes/stripe.js';
import { svix } from './schemes/svix.js';
import { twitch } from './schemes/twitch.js';
import { typeform } from './schemes/typeform.js';
import { vercel } from './schemes/vercel.js';
import { whatsapp } from './schemes/whatsapp.js';
import { woocommerce } from './schemes/woocommerce.js';
import { workos } from './schemes/workos.js';
import { x } from './schemes/x.js';
import { xero } from './schemes/xero.js';
import { zendesk } from './schemes/zendesk.js';
import { zoom } from './schemes/zoom.js';
import type { SignatureScheme } from './scheme.js';

export { explain } from './explain.js';
export type { Explanation } from './explain.js';
export { hmac } from './hmac/hmac-scheme.js';
export type { HmacScheme } from './hmac/hmac-scheme.js';
export type { HmacTemplate } from './hmac/template.js';
export type { SignedRequest } from './request.js';
export { textAt } from './json-pointer.js';
export type { FetchedKeyScheme, KeyRequest, KeyResolver, LocalScheme, SignatureScheme } from './scheme.js';
export {
  adyenPlatform,
  asana,
  bitbucket,
  calcom,
  calendly,
  coinbaseCommerce,
  docusign,
  dropbox,
  github,
  gocardless,
  heroku,
  hubspot,
  intercom,
  lemonsqueezy,
  line,
  linear,
  meta,
  mux,
  notion,
  openai,
  paddle,
  pagerduty,
  paystack,
  razorpay,
  sanity,
  sentry,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  twitch,
  typeform,
  vercel,
  whatsapp,
  woocommerce,
  workos,
  x,
  xero,
  zendesk,
  zoom,
};
export { secretProblem } from './secret.js';
export { sign } from './sign.js';
export type { SigningRequest } from './sign.js';
export { REJECTION_REASONS } from './verdict.js';
export type { RejectionReason, Verdict } from './verdict.js';
export { verify, verifyAsync } from './verify.js';

/** Every scheme, by slug. */
export const schemes: Readonly<Record<string, SignatureScheme>> = {
  'adyen-platform': adyenPlatform,
  asana,
  bitbucket,
  calcom,
  calendly,
  'coinbase-commerce': coinbaseCommerce,
  docusign,
  dropbox,
  github,
  gocardless,
  heroku,
  hubspot,
  intercom,
  lemonsqueezy,
  line,
  linear,
  meta,
  mux,
  notion,
  openai,
  paddle,
  pagerduty,
  paystack,
  razorpay,
  sanity,
  sentry,
  shopify,
  slack,
  square,
  'standard-webhooks': standardWebhooks,
  stripe,
  svix,
  twitch,
  typeform,
  vercel,
  whatsapp,
  woocommerce,
  workos,
  x,
  xero,
  zendesk,
  zoom,
};
