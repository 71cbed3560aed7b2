import { mac, type Player, secondsOf } from './player.js';

/** What all that are played by their documented formula have alike. */
const FORMULA = { name: 'its documented formula', secret: 'a secret', otherSecret: 'another' } as const;

/** A provider that signs the body alone. */
function bodySigner(
  slug: string,
  header: string,
  encoding: Player['encoding'],
  { prefix = '', algorithm = 'sha256' } = {},
): Player {
  return {
    ...FORMULA,
    slug,
    header,
    encoding,
    prefix,
    sign: ({ body }, secret) => ({ [header]: prefix + mac(body, secret, encoding, algorithm) }),
  };
}

const twitch: Player = {
  ...FORMULA,
  slug: 'twitch',
  header: 'twitch-eventsub-message-signature',
  encoding: 'hex',
  prefix: 'sha256=',
  idHeader: 'twitch-eventsub-message-id',
  clock: {
    unit: 'iso8601',
    tolerance: 600,
    at: { header: 'twitch-eventsub-message-timestamp', signed: { is: 'before the body', text: '' } },
  },
  sign: ({ body, at, id }, secret) => ({
    'twitch-eventsub-message-id': id,
    'twitch-eventsub-message-timestamp': at.toISOString(),
    'twitch-eventsub-message-signature': `sha256=${mac(id + at.toISOString() + body, secret, 'hex')}`,
  }),
};

const zendesk: Player = {
  ...FORMULA,
  slug: 'zendesk',
  header: 'x-zendesk-webhook-signature',
  encoding: 'base64',
  prefix: '',
  clock: {
    unit: 'iso8601',
    at: { header: 'x-zendesk-webhook-signature-timestamp', signed: { is: 'before the body', text: '' } },
  },
  sign: ({ body, at }, secret) => ({
    'x-zendesk-webhook-signature-timestamp': at.toISOString(),
    'x-zendesk-webhook-signature': mac(at.toISOString() + body, secret, 'base64'),
  }),
};

const calendly: Player = {
  ...FORMULA,
  slug: 'calendly',
  header: 'calendly-webhook-signature',
  encoding: 'hex',
  prefix: 'v1=',
  separator: ',',
  clock: { unit: 'seconds', tolerance: 180, at: 'list' },
  sign: ({ body, at }, secret) => ({
    'calendly-webhook-signature': `t=${secondsOf(at)},v1=${mac(`${secondsOf(at)}.${body}`, secret, 'hex')}`,
  }),
};

/** The providers whose packages, where they have one, neither sign nor verify webhooks. */
export const formulas: readonly Player[] = [
  bodySigner('asana', 'x-hook-signature', 'hex'),
  bodySigner('bitbucket', 'x-hub-signature', 'hex', { prefix: 'sha256=' }),
  bodySigner('calcom', 'x-cal-signature-256', 'hex'),
  calendly,
  bodySigner('docusign', 'x-docusign-signature-1', 'base64'),
  bodySigner('dropbox', 'x-dropbox-signature', 'hex'),
  bodySigner('heroku', 'heroku-webhook-hmac-sha256', 'base64'),
  bodySigner('intercom', 'x-hub-signature', 'hex', { prefix: 'sha1=', algorithm: 'sha1' }),
  bodySigner('lemonsqueezy', 'x-signature', 'hex'),
  bodySigner('meta', 'x-hub-signature-256', 'hex', { prefix: 'sha256=' }),
  {
    ...bodySigner('pagerduty', 'x-pagerduty-signature', 'hex', { prefix: 'v1=' }),
    separator: ',',
    spaced: true,
  },
  bodySigner('paystack', 'x-paystack-signature', 'hex', { algorithm: 'sha512' }),
  bodySigner('sentry', 'sentry-hook-signature', 'hex'),
  twitch,
  bodySigner('typeform', 'typeform-signature', 'base64', { prefix: 'sha256=' }),
  bodySigner('vercel', 'x-vercel-signature', 'hex', { algorithm: 'sha1' }),
  bodySigner('whatsapp', 'x-hub-signature-256', 'hex', { prefix: 'sha256=' }),
  bodySigner('woocommerce', 'x-wc-webhook-signature', 'base64'),
  { ...bodySigner('x', 'x-twitter-webhooks-signature', 'base64', { prefix: 'sha256=' }), objectsOnly: true },
  bodySigner('xero', 'x-xero-signature', 'base64'),
  zendesk,
];
