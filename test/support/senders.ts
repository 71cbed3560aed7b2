import { bodyDigest } from 'hookwell/handler-kit';
import { github } from '../players/github.js';
import type { Delivery, Player } from '../players/player.js';
import { shopify } from '../players/shopify.js';
import { standardWebhooks } from '../players/standard-webhooks.js';
import { stripe } from '../players/stripe.js';
import { sampleOf } from './samples.js';

export type { Delivery } from '../players/player.js';

/** A player with samples of what its provider sends. */
export interface Sender extends Samples, Pick<Player, 'slug' | 'secret' | 'otherSecret' | 'header'> {
  readonly timestamped: boolean;
  /** @param timestamp Unix time in seconds */
  sign(body: string, secret: string, timestamp: number, id?: string): Promise<Record<string, string>>;
}

interface Samples {
  /** Event types of which the provider's folder has a sample and a handler. */
  readonly types: readonly string[];
  /** A sample under an id of its own, with the headers that come with it but for the signature. */
  sample(type: string, id: string): Delivery;
  /** The idempotency key that such a delivery has. */
  key(type: string, id: string): string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const senders: readonly Sender[] = [
  senderFor(stripe, {
    types: ['invoice.created', 'invoice.paid', 'payment_intent.succeeded'],
    sample: (type, id) => ({
      headers: JSON_TYPE,
      body: JSON.stringify({ ...(JSON.parse(sampleOf('stripe', type)) as object), id }, null, 2),
    }),
    key: (_, id) => id,
  }),
  senderFor(github, {
    types: ['push', 'pull_request'],
    sample: (type, id) => ({
      headers: { ...JSON_TYPE, 'x-github-event': type, 'x-github-delivery': id },
      body: sampleOf('github', type),
    }),
    key: (_, id) => id,
  }),
  senderFor(shopify, {
    types: ['orders/create', 'orders/fulfilled'],
    sample: (type, id) => ({
      headers: {
        ...JSON_TYPE,
        'x-shopify-topic': type,
        'x-shopify-event-id': id,
        'x-shopify-webhook-id': `delivery of ${id}`,
        'x-shopify-triggered-at': '2026-01-31T12:00:00.123456789Z',
      },
      body: sampleOf('shopify', type),
    }),
    key: (type, id) => `${type} ${id} ${bodyDigest(Buffer.from(sampleOf('shopify', type)))}`,
  }),
  senderFor(standardWebhooks, {
    types: ['contact.created'],
    sample: (type) => ({ headers: JSON_TYPE, body: sampleOf('standard-webhooks', type) }),
    key: (_, id) => id,
  }),
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

function senderFor(player: Player, samples: Samples): Sender {
  return {
    ...player,
    ...samples,
    timestamped: player.clock !== undefined,
    sign: async (body, secret, timestamp, id = 'msg_1') =>
      await player.sign({ body, at: new Date(timestamp * 1000), id }, secret),
  };
}
