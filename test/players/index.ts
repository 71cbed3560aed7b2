import { adyenPlatform } from './adyen-platform.js';
import { coinbaseCommerce } from './coinbase-commerce.js';
import { formulas } from './formulas.js';
import { github } from './github.js';
import { gocardless } from './gocardless.js';
import { hubspot } from './hubspot.js';
import { line } from './line.js';
import { linear } from './linear.js';
import { mux } from './mux.js';
import { notion } from './notion.js';
import { openai } from './openai.js';
import { paddle } from './paddle.js';
import type { Player } from './player.js';
import { razorpay } from './razorpay.js';
import { sanity } from './sanity.js';
import { shopify, shopifyEvents } from './shopify.js';
import { slack } from './slack.js';
import { square } from './square.js';
import { gitlab, standardWebhooks } from './standard-webhooks.js';
import { stripe } from './stripe.js';
import { resend, svix, unbrandedSvix } from './svix.js';
import { workos } from './workos.js';
import { zoom } from './zoom.js';

/** Everybody who signs with one HMAC. */
export const players: readonly Player[] = [
  adyenPlatform,
  coinbaseCommerce,
  github,
  gitlab,
  gocardless,
  hubspot,
  line,
  linear,
  mux,
  notion,
  openai,
  paddle,
  razorpay,
  resend,
  sanity,
  shopify,
  shopifyEvents,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  unbrandedSvix,
  workos,
  zoom,
  ...formulas,
];
