import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { sign, type SignedRequest, verify } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromSqlTime } from '../../src/platform/database/sql-database.js';
import { definition as standardWebhooks } from '../../src/providers/standard-webhooks/provider.js';
import { definition as github } from '../../src/providers/github/provider.js';
import { definition as shopify } from '../../src/providers/shopify/provider.js';
import { definition as stripe } from '../../src/providers/stripe/provider.js';
import { type Installed, modes } from '../support/modes.js';
import { postRaw } from '../support/raw-request.js';
import { type Delivery, deliver, senderOf, senders } from '../support/senders.js';

const schemes = Object.fromEntries(
  [github, shopify, standardWebhooks, stripe].map(({ slug, scheme }) => [slug, scheme]),
);
const deliveries = senders.flatMap((sender) =>
  sender.types.map((type) => ({ slug: sender.slug, type, sender })),
);

/** What a handler has written, found by a field of its result, or by the event's id. */
const WRITTEN = [
  [
    'invoice.paid',
    'invoice',
    'SELECT status, currency FROM stripe_invoices WHERE id',
    { status: 'paid', currency: 'usd' },
  ],
  [
    'payment_intent.succeeded',
    'payment',
    'SELECT currency FROM stripe_payments WHERE id',
    { currency: 'usd' },
  ],
  [
    'orders/fulfilled',
    'order',
    'SELECT shipment_state AS state FROM shopify_orders WHERE id',
    { state: 'fulfilled' },
  ],
  ['push', 'head', 'SELECT ref FROM github_refs WHERE head', { ref: 'refs/heads/master' }],
  ['pull_request', 'pullRequest', 'SELECT state FROM github_pull_requests WHERE number', { state: 'open' }],
  [
    'contact.created',
    'id',
    'SELECT type FROM standard_webhook_messages WHERE event_id',
    { type: 'contact.created' },
  ],
] as const;

interface Accepted {
  readonly id: string;
  readonly status: string;
  readonly duplicate: boolean;
}

describe.each(modes)('the path of a webhook, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
    for (const { slug, secret } of senders) {
      const body = { name: `my-${slug}`, provider: slug, secret };
      expect((await installed.hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
    }
  });

  afterAll(() => installed.stop());

  async function accept(slug: string, { headers, body }: Delivery | SignedDelivery): Promise<Accepted> {
    const response = await installed.hookwell.post(`my-${slug}`, body, headers);
    const answer = (await response.json()) as Accepted;
    expect([response.status, answer]).toEqual([200, { ...answer, status: 'RECEIVED' }]);
    return answer;
  }

  interface SignedDelivery {
    readonly headers: Record<string, string>;
    readonly body: string | Buffer;
  }

  /** Anything at all, signed as GitHub would. */
  function signedBytes(rawBody: Buffer, headers: Record<string, string> = {}): SignedDelivery {
    const signature = sign(github.scheme, { id: '', now: new Date(), rawBody }, senderOf('github').secret);
    return { headers: { ...headers, ...signature }, body: rawBody };
  }

  /** An event of Stripe, signed. */
  function stripeEvent(event: object): Promise<Delivery> {
    const sender = senderOf('stripe');
    const body = JSON.stringify(event);
    return sender
      .sign(body, sender.secret, Math.floor(Date.now() / 1000))
      .then((headers) => ({ headers, body }));
  }

  /** Rows of the tables that have one for each event. */
  async function rowCounts(): Promise<number[]> {
    const counts = ['events', 'event_payloads', 'idempotency_keys'].map((table) =>
      installed.read<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`),
    );
    return (await Promise.all(counts)).map(([row]) => row?.n ?? 0);
  }

  /** When and how often an event arrived. */
  async function sightings(id: string): Promise<{ first: Date | null; last: Date | null; times: number }> {
    const [key] = await installed.read<{ first: unknown; last: unknown; times: number }>(
      `SELECT first_seen_at AS first, last_seen_at AS last, times_seen AS times
       FROM idempotency_keys WHERE event_id = '${id}'`,
    );
    return { first: fromSqlTime(key?.first), last: fromSqlTime(key?.last), times: key?.times ?? 0 };
  }

  it.each(deliveries)("processes $slug's $type and keeps what came of it", async ({ slug, type, sender }) => {
    const key = randomUUID();
    const accepted = await accept(slug, await deliver(sender, type, key));
    expect(accepted.duplicate).toBe(false);
    const event = await installed.hookwell.settled(accepted.id);
    expect(event).toMatchObject({
      source: `my-${slug}`,
      provider: slug,
      type,
      status: 'PROCESSED',
      idempotencyKey: sender.key(type, key),
      unhandled: false,
      malformed: false,
      replays: 0,
    });
    expect(event.operations).toHaveLength(1);
    expect(event.operations[0]).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [{ attempt: 1, outcome: 'SUCCEEDED' }],
    });
    expect(event.operations[0]?.result).toEqual(expect.any(Object));
  });

  it("writes the handlers' tables", async () => {
    const results: Record<string, Record<string, string>> = {};
    for (const { slug, type, sender } of deliveries) {
      const { id } = await accept(slug, await deliver(sender, type, randomUUID()));
      const { operations } = await installed.hookwell.settled(id);
      results[type] = { ...(operations[0]?.result as object), id };
    }
    for (const [type, field, sql, row] of WRITTEN) {
      expect(await installed.read(`${sql} = '${results[type]?.[field] ?? ''}'`)).toEqual([row]);
    }
  });

  it.each(senders)('keeps what verifies again: $slug', async (sender) => {
    const { slug, secret, types } = sender;
    const delivery = await deliver(sender, types[0] ?? '', randomUUID());
    const { id } = await accept(slug, delivery);
    const [row] = await installed.read<{
      url: string;
      headers: string;
      body: Buffer;
      receivedAt: string | Date;
    }>(
      `SELECT p.url, p.headers, p.body, e.received_at AS "receivedAt"
       FROM event_payloads p JOIN events e ON e.id = p.event_id WHERE p.event_id = '${id}'`,
    );
    if (!row) throw new Error('the event is not in the database');
    expect(Buffer.from(row.body).equals(Buffer.from(delivery.body))).toBe(true);
    const stored: SignedRequest = {
      method: 'POST',
      url: row.url,
      headers: JSON.parse(row.headers) as Record<string, string>,
      rawBody: Buffer.from(row.body),
    };
    const now = new Date();
    expect(verify(schemes[slug] as never, stored, [secret], now)).toEqual({ valid: true, secretIndex: 0 });
    const { hookwell } = installed;
    const shown = (await (await hookwell.admin(`/events/${id}`)).json()) as { headers: object; url: string };
    expect(shown.headers).toMatchObject(delivery.headers);
    expect(shown.url).toBe(`${hookwell.url}/webhooks/my-${slug}`);
  });

  it.each([
    ['application/json', '{"a":1}'],
    ['application/json; charset=utf-16', Buffer.from('{"a":1}', 'utf16le')],
    ['application/x-www-form-urlencoded', 'payload=%7B%22a%22%3A1%7D&b=%20'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ],
    ['application/cloudevents+json', ' {"a" : 1.0}\r\n'],
    ['text/plain', 'é\u0000'],
    ['application/octet-stream', Buffer.from([0, 255, 254, 128, 13, 10])],
    ['no such type at all', '{}'],
    [null, '{"a":2}'],
  ])('keeps every byte of %s', async (type, text) => {
    const body = Buffer.from(text);
    const { headers } = signedBytes(body, {
      'x-github-delivery': randomUUID(),
      ...(type ? { 'content-type': type } : {}),
    });
    const answer = await postRaw(installed.hookwell.url, { path: '/webhooks/my-github', headers, body });
    expect(answer.status).toBe(200);
    const { id } = JSON.parse(answer.body) as Accepted;
    const [row] = await installed.read<{ body: Buffer }>(
      `SELECT body FROM event_payloads WHERE event_id = '${id}'`,
    );
    expect(Buffer.from(row?.body ?? '').equals(body)).toBe(true);
  });

  it('keeps every byte of a body that comes byte by byte', async () => {
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    const outgoing = request(`${installed.hookwell.url}/webhooks/my-stripe`, { method: 'POST', headers });
    for (const byte of Buffer.from(body)) outgoing.write(Buffer.of(byte));
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    const { id } = (await json(response)) as Accepted;
    const [row] = await installed.read<{ body: Buffer }>(
      `SELECT body FROM event_payloads WHERE event_id = '${id}'`,
    );
    expect(Buffer.from(row?.body ?? '').toString()).toBe(body);
  });

  it.each(['/%77ebhooks/my-stripe', '/webhooks/my%2dstripe', 'http://elsewhere/webhooks/my-stripe'])(
    'takes %s for the address that it is',
    async (path) => {
      const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
      const spelled = await postRaw(installed.hookwell.url, { path, headers, body });
      expect(spelled.status).toBe(200);
      const plain = await accept('stripe', { headers, body });
      expect(plain).toEqual({ ...(JSON.parse(spelled.body) as Accepted), duplicate: true });
    },
  );

  it.each([
    ['ascii', 'x'.repeat(500)],
    ['other', `${'€'.repeat(166)}xx`],
  ])('verifies with the longest secret that a source takes, %s', async (name, secret) => {
    const source = { name: `my-${name}`, provider: 'github', secret };
    expect((await installed.hookwell.admin('/sources', { method: 'POST', body: source })).status).toBe(201);
    await accept(name, await deliver({ ...senderOf('github'), secret }, 'push', randomUUID()));
  });

  it('shows the digits of large numbers as they came', async () => {
    const { headers, body } = signedBytes(Buffer.from('{"big":12345678901234567890,"precise":1.10}'), {});
    const { id } = await accept('github', { headers, body });
    const shown = await (await installed.hookwell.admin(`/events/${id}`)).text();
    expect(shown).toContain('"payload":{"big":12345678901234567890,"precise":1.10}');
  });

  it('accepts an event once, however often it arrives at the same time', async () => {
    const before = await rowCounts();
    const event = { id: randomUUID(), type: 'invoice.paid', data: { object: invoice('in_many') } };
    const delivery = await stripeEvent(event);
    const answers = await Promise.all(Array.from({ length: 100 }, () => accept('stripe', delivery)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(99);
    const settled = await installed.hookwell.settled(answers[0]?.id ?? '');
    expect(settled.operations[0]?.attempts).toHaveLength(1);
    expect(await rowCounts()).toEqual(before.map((n) => n + 1));
    expect(await sightings(settled.id)).toMatchObject({ times: 100 });
  });

  it('remembers when an event was seen first and when last', async () => {
    const delivery = await stripeEvent({ id: randomUUID(), type: 'customer.created' });
    const { id } = await accept('stripe', delivery);
    // The reader takes any statement; on SQLite it may find the database busy.
    await vi.waitFor(async () =>
      installed.read(
        `UPDATE idempotency_keys SET first_seen_at = '2020-01-01 00:00:00.000', last_seen_at = '2020-01-02 00:00:00.000' WHERE event_id = '${id}'`,
      ),
    );
    const again = new Date();
    await accept('stripe', delivery);
    const { first, last, times } = await sightings(id);
    expect([first, times]).toEqual([new Date('2020-01-01'), 2]);
    expect(last?.getTime()).toBeGreaterThanOrEqual(again.getTime());
  });

  it('tells repeats from news when both come in one flood', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const flood = await Promise.all(
      [...ids, ...ids, ...ids].map(async (id) => {
        const event = { id, type: 'customer.created' };
        return { event: id, ...(await accept('stripe', await stripeEvent(event))) };
      }),
    );
    for (const id of ids) {
      const answers = flood.filter(({ event }) => event === id);
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
      expect(answers.map(({ duplicate }) => duplicate).toSorted()).toEqual([false, true, true]);
    }
  });

  it('keeps keys apart that differ in case or in the last of many characters', async () => {
    const long = 'x'.repeat(3000);
    const keys = ['Evt_1', 'evt_1', 'évt_1', 'evt_1 ', `${long}a`, `${long}b`];
    const answers = [];
    for (const id of keys) answers.push(await accept('stripe', await stripeEvent({ id, type: 'ping' })));
    expect(answers.map(({ duplicate }) => duplicate)).toEqual(keys.map(() => false));
  });

  it("takes the body's SHA-256 for the key where the provider sends no id", async () => {
    const body = Buffer.from(JSON.stringify({ without: 'an id', at: randomUUID() }));
    const first = await accept('github', signedBytes(body));
    const again = await accept('github', signedBytes(body, { 'x-github-event': 'push' }));
    expect(again).toEqual({ id: first.id, status: 'RECEIVED', duplicate: true });
    const event = await installed.hookwell.settled(first.id);
    expect(event.idempotencyKey).toBe(createHash('sha256').update(body).digest('hex'));
    expect(event.type).toBe('unknown');
  });

  it('processes an event that nobody handles, marks it and lists it', async () => {
    const { id } = await accept('stripe', await stripeEvent({ id: randomUUID(), type: 'customer.created' }));
    expect(await installed.hookwell.settled(id)).toMatchObject({
      status: 'PROCESSED',
      unhandled: true,
      operations: [],
    });
    const listed = await (await installed.hookwell.admin('/events?unhandled=true&limit=200')).text();
    expect(listed).toContain(id);
  });

  it.each(['{"id": oops', '', '\uFEFF{"id":"evt_bom"}', Buffer.from('{"latin":"\xE9"}', 'latin1')])(
    'accepts a signed body that is not JSON, marks it and runs nothing on it: %j',
    async (text) => {
      const body = Buffer.from(text);
      const delivery = signedBytes(body, { 'x-github-event': 'push', 'x-github-delivery': randomUUID() });
      const { id } = await accept('github', delivery);
      expect(await installed.hookwell.settled(id)).toMatchObject({
        status: 'FAILED',
        malformed: true,
        operations: [],
        payloadEncoding: 'base64',
        payload: body.toString('base64'),
      });
    },
  );

  it('fails an event whose payload has the wrong shape, and says which field', async () => {
    const { id } = await accept(
      'stripe',
      await stripeEvent({ id: randomUUID(), type: 'invoice.paid', data: { object: { id: 7 } } }),
    );
    const event = await installed.hookwell.settled(id);
    expect(event).toMatchObject({
      status: 'FAILED',
      operations: [{ status: 'FAILED', attempts: [{ outcome: 'REJECTED' }] }],
    });
    expect(event.lastError).toContain('payload.data.object.id');
  });

  it('runs an event again on request', async () => {
    const { id } = await accept('stripe', await deliver(senderOf('stripe'), 'invoice.paid', randomUUID()));
    await installed.hookwell.settled(id);
    const answer = await installed.hookwell.admin(`/events/${id}/replay`, { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([202, { id, status: 'RECEIVED' }]);
    const event = await installed.hookwell.settled(id);
    expect(event).toMatchObject({ status: 'PROCESSED', replays: 1 });
    expect(event.operations[0]?.attempts.map(({ run }) => run)).toEqual([0, 1]);
  });
});

function invoice(id: string): object {
  return { id, object: 'invoice', status: 'paid', amount_due: 1000, currency: 'eur' };
}
