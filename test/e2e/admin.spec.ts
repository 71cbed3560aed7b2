import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PROBLEMS } from '../../src/platform/http/api-problems.js';
import { ADMIN_KEY } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { deliver, senderOf, senders } from '../support/senders.js';

interface EventList {
  readonly events: readonly {
    id: string;
    source: string;
    type: string;
    status: string;
    receivedAt: string;
  }[];
  readonly nextCursor: string | null;
}

interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

const SECOND_KEY = 'another-admin-key-9876543210';
const NO_EVENT = '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50';

describe.each(modes)('the admin face, $mode', (mode) => {
  let installed: Installed;
  const ids: string[] = [];

  beforeAll(async () => {
    installed = await mode.install({ ADMIN_API_KEYS: `${ADMIN_KEY},${SECOND_KEY}` });
    const { hookwell } = installed;
    for (const sender of senders) {
      const body = { name: sender.slug, provider: sender.slug, secret: sender.secret };
      await hookwell.admin('/sources', { method: 'POST', body });
      for (const type of sender.types) {
        const delivery = await deliver(sender, type, randomUUID());
        const response = await hookwell.post(sender.slug, delivery.body, delivery.headers);
        const { id } = (await response.json()) as { id: string };
        await hookwell.settled(id);
        ids.push(id);
      }
    }
  });

  afterAll(() => installed.stop());

  async function list(query: string): Promise<EventList> {
    const response = await installed.hookwell.admin(`/events?${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as EventList;
  }

  async function problem(path: string, init: { method?: string; body?: unknown } = {}): Promise<Problem> {
    const response = await installed.hookwell.admin(path, init);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return (await response.json()) as Problem;
  }

  describe('keys', () => {
    const PATHS = ['/events', `/events/${NO_EVENT}`, '/replays', '/sources', '/providers', '/stats'];

    it.each([
      ['none', {}],
      ['an empty one', { authorization: 'Bearer ' }],
      ['a wrong one', { authorization: 'Bearer wrong-admin-key-0123456789' }],
      ['the beginning of one', { authorization: `Bearer ${ADMIN_KEY.slice(0, -1)}` }],
      ['one with more behind it', { authorization: `Bearer ${ADMIN_KEY}0` }],
      ['all of them at once', { authorization: `Bearer ${ADMIN_KEY},${SECOND_KEY}` }],
      ['one the basic way', { authorization: `Basic ${ADMIN_KEY}` }],
    ])('refuses %s', async (_, headers) => {
      for (const path of PATHS) {
        const response = await fetch(`${installed.hookwell.url}${path}`, { headers });
        expect([path, response.status]).toEqual([path, 401]);
        expect(await response.json()).toEqual({
          type: 'about:blank',
          title: 'Unauthorized',
          status: 401,
          detail: ADMIN_PROBLEMS[401],
        });
      }
    });

    it('takes each of several, and the scheme in any case', async () => {
      for (const authorization of [`Bearer ${ADMIN_KEY}`, `Bearer ${SECOND_KEY}`, `bearer ${SECOND_KEY}`]) {
        const response = await fetch(`${installed.hookwell.url}/events`, { headers: { authorization } });
        expect(response.status).toBe(200);
      }
    });
  });

  describe('GET /events', () => {
    it('lists everything, newest first, page by page', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: EventList = await list(`limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
        expect(page.events.length).toBeLessThanOrEqual(3);
        seen.push(...page.events.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(ids.toSorted().toReversed());
    });

    it('has no next page after one that the last events fill', async () => {
      const { events, nextCursor } = await list(`limit=${ids.length}`);
      expect([events.length, nextCursor]).toEqual([ids.length, null]);
      const shorter = await list(`limit=${ids.length - 1}`);
      expect(shorter.nextCursor).toBe(shorter.events.at(-1)?.id);
      const last = await list(`limit=1&cursor=${shorter.nextCursor ?? ''}`);
      expect([last.events.length, last.nextCursor]).toEqual([1, null]);
    });

    it('narrows by source, type and status, together', async () => {
      expect((await list('source=stripe')).events.map(({ type }) => type)).toEqual(
        senderOf('stripe').types.toReversed(),
      );
      expect((await list('type=push')).events).toHaveLength(1);
      expect((await list('source=stripe&type=push')).events).toHaveLength(0);
      expect((await list('status=PROCESSED&source=github')).events).toHaveLength(2);
      expect((await list('status=FAILED')).events).toHaveLength(0);
      expect((await list('source=STRIPE')).events).toHaveLength(0);
      expect((await list(`source=${encodeURIComponent("' OR 1=1 --")}`)).events).toHaveLength(0);
    });

    it('narrows by time of arrival, from inclusive and to exclusive', async () => {
      const all = (await list('limit=200')).events;
      const middle = all[Math.floor(all.length / 2)]?.receivedAt ?? '';
      const after = (await list(`from=${middle}&limit=200`)).events;
      const before = (await list(`to=${middle}&limit=200`)).events;
      expect(after.every(({ receivedAt }) => receivedAt >= middle)).toBe(true);
      expect(before.every(({ receivedAt }) => receivedAt < middle)).toBe(true);
      expect(after.length + before.length).toBe(all.length);
      const elsewhere = `${new Date(Date.parse(middle) + 3_600_000).toISOString().slice(0, -1)}%2B01:00`;
      for (const same of [middle.slice(0, -1), elsewhere]) {
        expect((await list(`from=${same}&limit=200`)).events).toEqual(after);
      }
      expect((await list(`from=${middle.slice(0, 10)}&limit=200`)).events.length).toBeGreaterThan(0);
      expect((await list('to=2026-01-31')).events).toHaveLength(0);
    });

    it.each([
      ['status=DONE', 'status must be one of RECEIVED, PROCESSED, FAILED'],
      ['status=processed', 'status must be one of RECEIVED, PROCESSED, FAILED'],
      ['status=RECEIVED&status=FAILED', 'status must be one of'],
      ['limit=0', 'limit must be a whole number from 1 to 200'],
      ['limit=201', 'limit must be'],
      ['limit=ten', 'limit must be'],
      ['limit=1e2', 'limit must be'],
      ['limit=', 'limit must be'],
      ['cursor=x', 'cursor must be the nextCursor of an earlier answer'],
      ['cursor=', 'cursor must be'],
      ['from=monday', 'from must be a date (2026-01-31) or a time (2026-01-31T12:00:00Z'],
      ['from=2026-02-30', 'from must be a date'],
      ['from=20260131', 'from must be a date'],
      ['from=', 'from must be a date'],
      ['from=2026-01-31&from=2026-01-31', 'from must be a date'],
      ['to=1', 'to must be a date'],
      ['to=2026-01-31T12:00:00+01:00', 'write the + as %2B'],
      ['unhandled=yes', 'unhandled must be true or false'],
      ['discarded=yes', 'discarded must be true or false'],
      [`source=${'x'.repeat(65)}`, 'source must be'],
      ['source=a&source=b', 'source must be'],
      ['source=', 'source must be the name of a source, 1 to 64 characters.'],
      [`type=${'x'.repeat(256)}`, 'type must be'],
      ['type=', 'type must be an event type, 1 to 255 characters.'],
      [
        'colour=red',
        'colour is unknown; there are status, source, type, unhandled, discarded, from, to, limit, cursor.',
      ],
      ['colour=red&limit=0', 'colour is unknown; there are '],
      ['colour=red&limit=0', 'cursor. limit must be a whole number from 1 to 200.'],
    ])('refuses %.40s and says what it takes', async (query, says) => {
      const { status, detail } = await problem(`/events?${query}`);
      expect([status, detail]).toEqual([400, expect.stringContaining(says)]);
    });
  });

  it('refuses what is no id, and does not find what is not there', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/replay'],
      ['POST', '/discard'],
    ] as const) {
      const init = path === '/discard' ? { method, body: { reason: 'x' } } : { method };
      expect(await problem(`/events/x${path}`, init)).toMatchObject({
        status: 400,
        detail: 'id must be the UUID of an event.',
      });
      expect(await problem(`/events/${NO_EVENT}${path}`, init)).toMatchObject({
        status: 404,
        detail: `There is no event ${NO_EVENT}; GET /events lists those that there are.`,
      });
    }
  });

  describe('sources', () => {
    const good = { name: 'new', provider: 'stripe', secret: 'whsec_new' };

    it('are made once, listed without their secrets, and stored encrypted', async () => {
      const { hookwell } = installed;
      const response = await hookwell.admin('/sources', { method: 'POST', body: good });
      expect(response.status).toBe(201);
      const view: unknown = await response.json();
      expect(view).toEqual({
        name: 'new',
        provider: 'stripe',
        enabled: true,
        access: { allowedAddresses: [], clientCertificate: null, basicAuth: false },
        createdAt: expect.any(String) as string,
      });
      expect(await problem('/sources', { method: 'POST', body: good })).toMatchObject({
        status: 409,
        detail: 'There is a source named new already; choose another name.',
      });
      const listed = await (await hookwell.admin('/sources')).text();
      expect(JSON.parse(listed)).toContainEqual(view);
      const rows = await installed.read<{ value: string }>('SELECT value FROM source_secrets');
      expect(rows).toHaveLength(senders.length + 1);
      for (const secret of [...senders.map((sender) => sender.secret), good.secret]) {
        expect(listed).not.toContain(secret);
        for (const row of rows) expect(Buffer.from(row.value, 'base64').includes(secret)).toBe(false);
      }
    });

    it.each([
      [{ ...good, name: undefined }, 'name must be'],
      [{ ...good, name: 'Upper' }, 'name must be 1 to 64 of a-z, 0-9 and -'],
      [{ ...good, name: '../x' }, 'name must be'],
      [{ ...good, name: 'x'.repeat(65) }, 'name must be'],
      [{ ...good, name: ['a'] }, 'name must be'],
      [{ ...good, provider: 'nobody' }, 'standard-webhooks, stripe'],
      [{ ...good, provider: '__proto__' }, 'provider must be one of'],
      [{ ...good, provider: 7 }, 'provider must be'],
      [{ ...good, secret: '' }, 'secret must be a text of 1 to 500 bytes'],
      [{ ...good, secret: 'x'.repeat(501) }, 'secret must be'],
      [{ ...good, secret: '€'.repeat(500) }, 'secret must be'],
      [{ ...good, secret: { a: 1 } }, 'secret must be'],
      [{ ...good, secret: 'pasted with a line end\n' }, 'secret begins or ends with white space'],
      [{ ...good, provider: 'standard-webhooks', secret: 'whsec_!' }, 'secret must be base64'],
      [{ ...good, colour: 'red' }, 'colour is unknown; there are name, provider, secret, access, custom.'],
      [[], 'must be'],
      ['text', 'must be'],
      [null, 'must be'],
    ])('refuses %j', async (body, says) => {
      const response = await fetch(`${installed.hookwell.url}/sources`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as Problem;
      expect([response.status, answer.detail]).toEqual([400, expect.stringContaining(says)]);
    });

    it.each([
      ['no JSON', '{"name":', 'The body must be a JSON object.'],
      ['a list', '[{"name":"x"}]', 'The body must be a JSON object.'],
      ['a number', '5', 'The body must be a JSON object.'],
      ['null', 'null', 'The body must be a JSON object.'],
      [
        'a hundred thousand lists in each other',
        `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
        'The body is nested deeper than any field is; send the fields that are documented.',
      ],
    ])('refuses a body that is %s, whatever it calls itself', async (_, body, detail) => {
      for (const type of ['application/json', 'nonsense']) {
        const response = await fetch(`${installed.hookwell.url}/sources`, {
          method: 'POST',
          headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': type },
          body,
        });
        expect([response.status, ((await response.json()) as Problem).detail]).toEqual([400, detail]);
      }
    });

    it('refuses a change of what is not there', async () => {
      expect(await problem('/sources/nobody', { method: 'PATCH', body: { enabled: true } })).toMatchObject({
        status: 404,
        detail: 'There is no source named nobody; GET /sources lists those that there are.',
      });
      expect(await problem('/sources/stripe', { method: 'PATCH', body: { enabled: 'no' } })).toMatchObject({
        status: 400,
        detail: 'enabled must be true or false.',
      });
    });
  });

  it('GET /stats counts by source and status, and tells latencies', async () => {
    const stats: unknown = await (await installed.hookwell.admin('/stats')).json();
    const percentiles = {
      count: ids.length,
      p50: expect.any(Number) as number,
      p95: expect.any(Number) as number,
      p99: expect.any(Number) as number,
    };
    expect(stats).toEqual({
      sources: senders
        .map(({ slug, types }) => ({
          source: slug,
          RECEIVED: 0,
          PROCESSED: types.length,
          FAILED: 0,
          unhandled: 0,
          deadLetters: 0,
        }))
        .toSorted((a, b) => (a.source < b.source ? -1 : 1)),
      oldestWaiting: null,
      held: [],
      breakers: expect.arrayContaining([
        { handler: 'RecordInvoice', state: 'CLOSED', openedAt: null, retryAt: null },
      ]) as unknown[],
      latency: { acceptMs: percentiles, endToEndMs: percentiles },
    });
  });

  it('GET /metrics counts, without a key and without naming a source', async () => {
    const { hookwell } = installed;
    await hookwell.post('stripe', '{}', {});
    await hookwell.post('nobody', '{}', {});
    await hookwell.post('stripe/', '{}', {});
    const stripe = senderOf('stripe');
    const twice = await deliver(stripe, 'invoice.paid', 'evt_twice');
    await hookwell.post('stripe', twice.body, twice.headers);
    const again = await hookwell.post('stripe', twice.body, twice.headers);
    await hookwell.settled(((await again.json()) as { id: string }).id);
    let text = '';
    const values = async (): Promise<Record<string, number>> => {
      text = await (await fetch(`${hookwell.url}/metrics`)).text();
      const lines = [...text.matchAll(/^hookwell_(\S+) (\S+)$/gm)];
      return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)] as const));
    };
    // An event is PROCESSED in the database a moment before its worker has counted it.
    await expect.poll(values).toMatchObject({
      'accepted_total{provider="stripe"}': stripe.types.length + 1,
      'duplicates_total{provider="stripe"}': 1,
      'rejected_total{reason="missing_header"}': 1,
      'rejected_total{reason="unknown_source"}': 2,
      'processed_total{provider="stripe"}': stripe.types.length + 1,
      accept_seconds_count: ids.length + 2,
      end_to_end_seconds_count: ids.length + 1,
      queue_depth: 0,
      oldest_waiting_seconds: 0,
    });
    expect(Number(/^hookwell_accept_batch_size_count (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
    for (const name of ['failed_total', 'retried_total', 'unhandled_total']) {
      expect(text).toContain(`# TYPE hookwell_${name} counter`);
    }
    expect(text).not.toContain('source=');
  });

  it('is documented where people look', async () => {
    const { hookwell } = installed;
    const served = await (await fetch(`${hookwell.url}/docs/openapi.json`)).json();
    expect(served).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
    const page = await fetch(`${hookwell.url}/docs`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
    const script = await fetch(`${hookwell.url}/docs/swagger-ui-init.js`);
    const shown = await script.text();
    expect(shown).toContain('"bearer"');
    for (const path of [
      '/webhooks/{source}',
      '/events/{id}/replay',
      '/events/{id}/discard',
      '/events/replay',
      '/replays/{id}/cancel',
      '/sources',
      '/stats',
      '/health/ready',
      '/metrics',
    ]) {
      expect(shown).toContain(`"${path}"`);
    }
  });

  it('answers an unknown address with a problem', async () => {
    expect(await problem('/nothing/here')).toMatchObject({
      status: 404,
      title: 'Not Found',
      detail: 'There is nothing at GET /nothing/here; check the address.',
    });
  });
});
