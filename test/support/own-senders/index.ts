import { adyen } from './adyen.js';
import { awsSns } from './aws-sns.js';
import { braintree } from './braintree.js';
import { contentful } from './contentful.js';
import { googlePubsub } from './google-pubsub.js';
import { mailgun } from './mailgun.js';
import type { OwnSender } from './own-sender.js';
import { paypal } from './paypal.js';
import { plaid } from './plaid.js';
import { discord, sendgrid, standardWebhooksPublic } from './public-keys.js';
import { gitlab, microsoftGraph, okta, oktaNamed } from './tokens.js';
import { twilio } from './twilio.js';

/** Everybody whose scheme is no single HMAC. */
export const ownSenders: readonly OwnSender[] = [
  adyen,
  awsSns,
  braintree,
  contentful,
  discord,
  gitlab,
  googlePubsub,
  mailgun,
  microsoftGraph,
  okta,
  oktaNamed,
  paypal,
  plaid,
  sendgrid,
  standardWebhooksPublic,
  twilio,
];
