import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
import { serversAvailable, startMariaDb, startRedis } from '../support/servers.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const stripe = new Stripe('sk_test_unused');

interface Accepted {
  readonly id: string;
  readonly status: string;
  readonly duplicate: boolean;
}

function signed(
  payload: string,
  options: { secret?: string; timestamp?: number } = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, ...options }),
  };
}

function invoiceEvent(id: string, type: string, status: string): string {
  return JSON.stringify({
    id,
    object: 'event',
    created: 1_780_000_000,
    type,
    data: {
      object: { id: `in_of_${id}`, object: 'invoice', status, amount_due: 1000, currency: 'eur', big: 1 },
    },
  }).replace('"big":1', '"big":12345678901234567890');
}

const modes = [
  { mode: 'embedded', servers: () => Promise.resolve([]) },
  {
    mode: 'MySQL and Redis',
    servers: async () => {
      const [database, redis] = await Promise.all([startMariaDb(), startRedis()]);
      return [
        { name: 'DATABASE_URL', ...database, stop: () => database.stop() },
        { name: 'REDIS_URL', ...redis, url: redis.url, stop: () => redis.stop() },
      ];
    },
  },
];

const available = serversAvailable();
if (!available.available) process.stdout.write(`NOT RUN on MySQL and Redis: ${available.reason}\n`);

describe.each(available.available ? modes : modes.slice(0, 1))(
  'the path of a webhook, $mode',
  ({ servers }) => {
    let hookwell: Hookwell;
    let running: { name: string; url: string; stop: () => Promise<void> }[];

    beforeAll(async () => {
      running = await servers();
      hookwell = await Hookwell.start(Object.fromEntries(running.map(({ name, url }) => [name, url])));
      await hookwell.admin('/sources', {
        method: 'POST',
        body: { name: 'stripe-eu', provider: 'stripe', secret: SECRET },
      });
    });

    afterAll(async () => {
      await hookwell.stop();
      await Promise.all(running.map(({ stop }) => stop()));
    });

    async function accept(payload: string): Promise<Accepted> {
      const response = await hookwell.post('stripe-eu', payload, signed(payload));
      expect(response.status).toBe(200);
      return (await response.json()) as Accepted;
    }

    it('processes a signed event and keeps its operation', async () => {
      const payload = invoiceEvent('evt_first', 'invoice.created', 'draft');
      const accepted = await accept(payload);
      expect(accepted).toMatchObject({ status: 'RECEIVED', duplicate: false });
      const event = await hookwell.settled(accepted.id);
      expect(event).toMatchObject({ status: 'PROCESSED', type: 'invoice.created', unhandled: false });
      expect(event.operations).toMatchObject([
        {
          handler: 'RecordInvoice',
          status: 'SUCCEEDED',
          result: { invoice: 'in_of_evt_first', status: 'draft' },
        },
      ]);
    });

    it('keeps the digits of large numbers', async () => {
      const { id } = await accept(invoiceEvent('evt_big', 'invoice.created', 'draft'));
      expect(await (await hookwell.admin(`/events/${id}`)).text()).toContain('12345678901234567890');
    });

    it('accepts an event once, however often it arrives at the same time', async () => {
      const payload = invoiceEvent('evt_many', 'invoice.paid', 'paid');
      const answers = await Promise.all(Array.from({ length: 100 }, () => accept(payload)));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(99);
      const event = await hookwell.settled(answers[0]?.id ?? '');
      expect(event.operations[0]?.attempts).toHaveLength(1);
    });

    it('processes an event without a handler and says so', async () => {
      const { id } = await accept(invoiceEvent('evt_other', 'customer.created', 'x'));
      expect(await hookwell.settled(id)).toMatchObject({
        status: 'PROCESSED',
        unhandled: true,
        operations: [],
      });
    });

    it('keeps a signed body that is no JSON, and runs no handler on it', async () => {
      const { id } = await accept('{"id": oops');
      const event = await hookwell.settled(id);
      expect(event.payload).toBe(Buffer.from('{"id": oops').toString('base64'));
    });

    it('runs an event again on request', async () => {
      const { id } = await accept(invoiceEvent('evt_again', 'invoice.paid', 'paid'));
      await hookwell.settled(id);
      expect((await hookwell.admin(`/events/${id}/replay`, { method: 'POST' })).status).toBe(202);
      const event = await hookwell.settled(id);
      expect(event).toMatchObject({ status: 'PROCESSED', replays: 1 });
      expect(event.operations[0]?.attempts.map(({ run }) => run)).toEqual([0, 1]);
    });

    it('refuses what is not signed as it should be', async () => {
      const payload = invoiceEvent('evt_forged', 'invoice.paid', 'paid');
      const hour = 3600;
      const now = Math.floor(Date.now() / 1000);
      const refused = [
        { headers: {}, body: payload },
        { headers: { 'stripe-signature': '' }, body: payload },
        { headers: { 'stripe-signature': 't=1,v1' }, body: payload },
        { headers: signed(payload, { secret: 'whsec_other' }), body: payload },
        { headers: signed(payload, { timestamp: now - hour }), body: payload },
        { headers: signed(payload, { timestamp: now + hour }), body: payload },
        { headers: signed(payload), body: payload.replace('paid', 'Paid') },
        { headers: signed(payload), body: '' },
      ];
      for (const { headers, body } of refused) {
        const response = await hookwell.post('stripe-eu', body, headers);
        expect(response.status).toBe(401);
        expect(response.headers.get('content-type')).toContain('application/problem+json');
      }
      for (const source of ['nobody', 'STRIPE-EU', '..%2Fx', 'ü', 'x'.repeat(10_000)]) {
        expect((await hookwell.post(source, payload, signed(payload))).status).toBe(404);
      }
      expect((await hookwell.post('stripe-eu', Buffer.alloc(2 * 1024 * 1024), {})).status).toBe(413);
    });

    it('lists events newest first, and names a parameter that is wrong', async () => {
      const first = (await (await hookwell.admin('/events?limit=2')).json()) as {
        events: EventId[];
        nextCursor: string;
      };
      const second = (await (await hookwell.admin(`/events?limit=2&cursor=${first.nextCursor}`)).json()) as {
        events: EventId[];
      };
      const ids = [...first.events, ...second.events].map(({ id }) => id);
      expect(ids).toHaveLength(4);
      expect(ids).toEqual(ids.toSorted().toReversed());
      for (const [name, value] of Object.entries({
        status: 'DONE',
        limit: '0',
        cursor: 'x',
        from: 'monday',
        to: '1',
      })) {
        const response = await hookwell.admin(`/events?${name}=${value}`);
        expect(response.status).toBe(400);
        expect(await response.text()).toContain(name);
      }
      expect((await fetch(`${hookwell.url}/events`)).status).toBe(401);
    });

    it('answers 404 for a disabled source', async () => {
      await hookwell.admin('/sources', {
        method: 'POST',
        body: { name: 'off', provider: 'stripe', secret: SECRET },
      });
      await hookwell.admin('/sources/off', { method: 'PATCH', body: { enabled: false } });
      const payload = invoiceEvent('evt_off', 'invoice.paid', 'paid');
      expect((await hookwell.post('off', payload, signed(payload))).status).toBe(404);
      const sources = await (await hookwell.admin('/sources')).text();
      expect(sources).toContain('"off"');
      expect(sources).not.toContain(SECRET);
    });
  },
);

interface EventId {
  readonly id: string;
}
