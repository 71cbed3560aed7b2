import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSHA256HMAC } from '@shopify/shopify-api/runtime';
import { sign as signAsGitHub, verify as verifyAsGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

/** A request as the provider would send it. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider, played with its own package and its own samples. */
export interface Sender {
  readonly slug: string;
  /** Event types of which the provider's folder has a sample and a handler. */
  readonly types: readonly string[];
  readonly secret: string;
  readonly otherSecret: string;
  /** The header that carries the signature. */
  readonly header: string;
  readonly timestamped: boolean;
  sign(body: string, secret: string, timestamp: number, id?: string): Promise<Record<string, string>>;
  /** A sample under an id of its own, with the headers that come with it but for the signature. */
  sample(type: string, id: string): Delivery;
  /** The idempotency key that such a delivery has. */
  key(type: string, id: string): string;
  /** What the package's own verifier says; null where it has none. */
  verify: ((body: string, headers: Record<string, string>, secret: string) => Promise<boolean>) | null;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const stripe = new Stripe('sk_test_unused');

export const senders: readonly Sender[] = [
  {
    slug: 'stripe',
    types: ['invoice.created', 'invoice.paid', 'payment_intent.succeeded'],
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    otherSecret: 'whsec_another',
    header: 'stripe-signature',
    timestamped: true,
    sign: (payload, secret, timestamp) =>
      Promise.resolve({
        'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
      }),
    sample: (type, id) => ({
      headers: JSON_TYPE,
      body: JSON.stringify({ ...(JSON.parse(fixture('stripe', type)) as object), id }, null, 2),
    }),
    key: (_, id) => id,
    verify: (body, headers, secret) =>
      succeeds(() => stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)),
  },
  {
    slug: 'github',
    types: ['push', 'pull_request'],
    secret: 'It is a secret to everybody',
    otherSecret: 'It is no secret',
    header: 'x-hub-signature-256',
    timestamped: false,
    sign: async (body, secret) => ({ 'x-hub-signature-256': await signAsGitHub(secret, body) }),
    sample: (type, id) => ({
      headers: { ...JSON_TYPE, 'x-github-event': type, 'x-github-delivery': id },
      body: fixture('github', type),
    }),
    key: (_, id) => id,
    verify: (body, headers, secret) =>
      verifyAsGitHub(secret, body, headers['x-hub-signature-256'] ?? '').catch(() => false),
  },
  {
    slug: 'shopify',
    types: ['orders/create', 'orders/fulfilled'],
    secret: 'shpss_0123456789abcdef',
    otherSecret: 'shpss_fedcba9876543210',
    header: 'x-shopify-hmac-sha256',
    timestamped: false,
    sign: async (body, secret) => ({ 'x-shopify-hmac-sha256': await createSHA256HMAC(secret, body) }),
    sample: (type, id) => ({
      headers: {
        ...JSON_TYPE,
        'x-shopify-topic': type,
        'x-shopify-event-id': id,
        'x-shopify-webhook-id': `delivery of ${id}`,
        'x-shopify-triggered-at': '2026-01-31T12:00:00.123456789Z',
      },
      body: fixture('shopify', type),
    }),
    key: (type, id) => `${type} ${id}`,
    // Its verifier wants a configured app and a whole HTTP request.
    verify: null,
  },
  {
    slug: 'standard-webhooks',
    types: ['contact.created'],
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    otherSecret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    header: 'webhook-signature',
    timestamped: true,
    sign: (body, secret, timestamp, id = 'msg_1') =>
      Promise.resolve({
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': new Webhook(secret).sign(id, new Date(timestamp * 1000), body),
      }),
    sample: (type) => ({ headers: JSON_TYPE, body: fixture('standard-webhooks', type) }),
    key: (_, id) => id,
    verify: (body, headers, secret) => succeeds(() => new Webhook(secret).verify(body, headers)),
  },
];

/** A sample, signed now. */
export async function deliver(sender: Sender, type: string, id: string): Promise<Delivery> {
  const { headers, body } = sender.sample(type, id);
  const signature = await sender.sign(body, sender.secret, Math.floor(Date.now() / 1000), id);
  return { headers: { ...headers, ...signature }, body };
}

/** The sender of a provider. */
export function senderOf(slug: string): Sender {
  const sender = senders.find((each) => each.slug === slug);
  if (!sender) throw new Error(`there is no sender for ${slug}`);
  return sender;
}

function fixture(slug: string, type: string): string {
  return readFileSync(resolve('src/providers', slug, 'fixtures', `${type}.json`), 'utf8');
}

function succeeds(call: () => unknown): Promise<boolean> {
  try {
    call();
    return Promise.resolve(true);
  } catch {
    return Promise.resolve(false);
  }
}
