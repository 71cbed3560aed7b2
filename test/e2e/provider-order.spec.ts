import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';
import { senderOf } from '../support/senders.js';

/** An event of a sample with some fields of its own. */
interface Told {
  readonly type: string;
  readonly change: (sample: never) => void;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Two events of one entity, and what is known of it in the end, in whichever order they arrive. */
interface Story {
  readonly rule: string;
  readonly slug: string;
  readonly older: Told;
  readonly newer: Told;
  readonly rows: string;
  readonly known: object;
  /** How the older one's operation ends where it comes last. */
  readonly late: object;
}

interface Invoice {
  data: { object: { id: string; amount_due: number } };
}
interface Order {
  admin_graphql_api_id: string;
  total_price: string;
}
interface PullRequest {
  number: number;
  pull_request: { number: number; state: string; updated_at: string };
}
interface Push {
  ref: string;
  after: string;
  repository: { pushed_at: number };
}

const SUPERSEDED = { attempts: [{ outcome: 'SUPERSEDED' }] };

/** @param n tells the story's entity from those of other times */
const stories = (n: number): readonly Story[] => [
  {
    rule: 'a paid invoice stays as it was paid, also in the second in which it was created',
    slug: 'stripe',
    older: {
      type: 'invoice.created',
      change: ({ data: { object } }: Invoice) => Object.assign(object, { id: `in_${n}`, amount_due: 900 }),
    },
    newer: {
      type: 'invoice.paid',
      change: ({ data: { object } }: Invoice) => Object.assign(object, { id: `in_${n}` }),
    },
    rows: `SELECT status, amount_due AS due FROM stripe_invoices WHERE id = 'in_${n}'`,
    known: { status: 'paid', due: 1000 },
    late: { attempts: [{ outcome: 'SUCCEEDED', result: { invoice: `in_${n}`, status: 'paid' } }] },
  },
  {
    rule: 'a shipped order stays as it was shipped',
    slug: 'shopify',
    older: {
      type: 'orders/create',
      change: (order: Order) =>
        Object.assign(order, { admin_graphql_api_id: `gid://shopify/Order/${n}`, total_price: '1.00' }),
      headers: { 'x-shopify-triggered-at': '2026-01-31T12:00:00.000Z' },
    },
    newer: {
      type: 'orders/fulfilled',
      change: (order: Order) => Object.assign(order, { admin_graphql_api_id: `gid://shopify/Order/${n}` }),
      headers: { 'x-shopify-triggered-at': '2026-01-31T12:00:00.001Z' },
    },
    rows: `SELECT shipment_state AS state, total_price AS price FROM shopify_orders WHERE id = 'gid://shopify/Order/${n}'`,
    known: { state: 'fulfilled', price: '404.95' },
    late: SUPERSEDED,
  },
  {
    rule: 'a pull request is what its newest event says',
    slug: 'github',
    older: {
      type: 'pull_request',
      change: ({ pull_request }: PullRequest) => Object.assign(pull_request, { number: n }),
    },
    newer: {
      type: 'pull_request',
      change: ({ pull_request }: PullRequest) =>
        Object.assign(pull_request, { number: n, state: 'closed', updated_at: '2019-05-15T15:20:34Z' }),
    },
    rows: `SELECT state FROM github_pull_requests WHERE number = ${n}`,
    known: { state: 'closed' },
    late: SUPERSEDED,
  },
  {
    rule: 'a branch points to where its newest push has left it',
    slug: 'github',
    older: { type: 'push', change: (push: Push) => (push.ref = `refs/heads/${n}`) },
    newer: {
      type: 'push',
      change: (push: Push) => {
        Object.assign(push, { ref: `refs/heads/${n}`, after: 'a'.repeat(40) });
        push.repository.pushed_at += 1;
      },
    },
    rows: `SELECT head FROM github_refs WHERE ref = 'refs/heads/${n}'`,
    known: { head: 'a'.repeat(40) },
    late: SUPERSEDED,
  },
];

describe.each(modes)("the order of providers' events, $mode", (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
    for (const slug of ['stripe', 'shopify', 'github']) {
      const source = { name: slug, provider: slug, secret: senderOf(slug).secret };
      expect((await installed.hookwell.admin('/sources', { method: 'POST', body: source })).status).toBe(201);
    }
  });

  afterAll(() => installed.stop());

  /** Posts a signed event; gives its id. */
  async function tell(slug: string, { type, change, headers = {} }: Told): Promise<string> {
    const sender = senderOf(slug);
    const id = randomUUID();
    const sample = sender.sample(type, id);
    const payload = JSON.parse(sample.body) as never;
    change(payload);
    const body = JSON.stringify(payload);
    const signature = await sender.sign(body, sender.secret, Math.floor(Date.now() / 1000), id);
    const response = await installed.hookwell.post(slug, body, {
      ...sample.headers,
      ...headers,
      ...signature,
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { id: string }).id;
  }

  it.each(stories(1))('$rule, told in order', async ({ slug, older, newer, rows, known }) => {
    for (const told of [older, newer]) {
      const event = await installed.hookwell.settled(await tell(slug, told));
      expect(event).toMatchObject({
        status: 'PROCESSED',
        operations: [{ attempts: [{ outcome: 'SUCCEEDED' }] }],
      });
    }
    expect(await installed.read(rows)).toEqual([known]);
  });

  it.each(stories(2))(
    '$rule, told the wrong way round',
    async ({ slug, older, newer, rows, known, late }) => {
      await installed.hookwell.settled(await tell(slug, newer));
      const event = await installed.hookwell.settled(await tell(slug, older));
      expect(event).toMatchObject({ status: 'PROCESSED', operations: [late] });
      expect(await installed.read(rows)).toEqual([known]);
    },
  );

  it.each(stories(3))('$rule, told at once', async ({ slug, older, newer, rows, known }) => {
    const ids = await Promise.all([tell(slug, newer), tell(slug, older)]);
    for (const id of ids) {
      expect(await installed.hookwell.settled(id)).toMatchObject({ status: 'PROCESSED' });
    }
    expect(await installed.read(rows)).toEqual([known]);
  });
});
