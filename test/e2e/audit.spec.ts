import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminRoutes } from '../support/admin-routes.js';
import { ADMIN_KEY, Hookwell } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { deliver, senderOf } from '../support/senders.js';

const ALICE = 'the-key-of-alice-0123456789';
const BOB = 'the-key-of-bob-0123456789';
const NO_EVENT = '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50';
const STRIPE = { name: 'stripe', provider: 'stripe', secret: senderOf('stripe').secret };

interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly keyId: string;
  readonly command: string;
  readonly target: string | null;
  readonly details: unknown;
  readonly outcome: string;
  readonly affected: number | null;
  readonly error: string | null;
}

interface AuditList {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

async function list(hookwell: Hookwell, query = '', key = ALICE): Promise<AuditList> {
  const response = await hookwell.admin(`/audit?${query}`, { key });
  expect(response.status).toBe(200);
  return (await response.json()) as AuditList;
}

describe.each(modes)('the audit, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;
  let began: string;
  let event: string;

  beforeAll(async () => {
    installed = await mode.install({
      ADMIN_API_KEYS: `alice:admin:${ALICE},bob:operator:${BOB},${ADMIN_KEY}`,
    });
    ({ hookwell } = installed);
    began = new Date().toISOString();
    await command('POST', '/sources', ALICE, STRIPE);
    const { body, headers } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    ({ id: event } = (await (await hookwell.post('stripe', body, headers)).json()) as { id: string });
    await hookwell.settled(event);
    await command('POST', `/events/${event}/replay`, BOB);
    await hookwell.settled(event);
    await command('PATCH', '/sources/stripe', ADMIN_KEY, { enabled: false });
    await command('POST', '/sources', ALICE, STRIPE);
    await command('POST', `/events/${NO_EVENT}/replay`, BOB);
  });

  afterAll(() => installed.stop());

  async function command(method: string, path: string, key: string, body?: unknown): Promise<number> {
    return (await hookwell.admin(path, { method, key, body })).status;
  }

  it('has who gave which command, on what, and what came of it, newest first', async () => {
    const { entries, nextCursor } = await list(hookwell);
    const common = { id: expect.any(String) as string, at: expect.any(String) as string };
    const done = { ...common, outcome: 'DONE', affected: 1, error: null };
    const refused = { ...common, outcome: 'REFUSED', affected: null };
    expect(entries).toEqual([
      {
        ...refused,
        keyId: 'bob',
        command: 'event.replay',
        target: NO_EVENT,
        details: {},
        error: `There is no event ${NO_EVENT}; GET /events lists those that there are.`,
      },
      {
        ...refused,
        keyId: 'alice',
        command: 'source.create',
        target: 'stripe',
        details: { provider: 'stripe' },
        error: 'There is a source named stripe already; choose another name.',
      },
      {
        ...done,
        keyId: expect.stringMatching(/^key-[0-9a-f]{8}$/) as string,
        command: 'source.update',
        target: 'stripe',
        details: { enabled: false, provider: 'stripe' },
      },
      { ...done, keyId: 'bob', command: 'event.replay', target: event, details: {} },
      {
        ...done,
        keyId: 'alice',
        command: 'source.create',
        target: 'stripe',
        details: { provider: 'stripe' },
      },
    ]);
    expect(nextCursor).toBeNull();
    for (const { at } of entries) {
      expect(at >= began && at <= new Date().toISOString()).toBe(true);
    }
  });

  it('is narrowed by key, command and time, and read page by page', async () => {
    const all = (await list(hookwell)).entries;
    const of = (wanted: (entry: AuditEntry) => boolean): AuditEntry[] => all.filter(wanted);
    const narrowed = async (query: string): Promise<readonly AuditEntry[]> =>
      (await list(hookwell, query)).entries;
    expect(await narrowed('keyId=alice')).toEqual(of(({ keyId }) => keyId === 'alice'));
    expect(await narrowed('command=event.replay')).toEqual(of((entry) => entry.command === 'event.replay'));
    expect(await narrowed('keyId=alice&command=event.replay')).toEqual([]);
    const middle = all[2]?.at ?? '';
    expect(await narrowed(`from=${middle}`)).toEqual(of(({ at }) => at >= middle));
    expect(await narrowed(`to=${middle}`)).toEqual(of(({ at }) => at < middle));
    expect(await narrowed('keyId=ALICE')).toEqual([]);

    const pages: AuditEntry[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: AuditList = await list(hookwell, `limit=2${cursor && `&cursor=${cursor}`}`, BOB);
      expect(page.entries.length).toBeLessThanOrEqual(2);
      pages.push(...page.entries);
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all);
  });

  it.each([
    ['keyId=', "keyId must be a key's id"],
    [`keyId=${'x'.repeat(33)}`, "keyId must be a key's id"],
    ['command=a&command=b', 'command must be the name of a command'],
    ['from=monday', 'from must be a date'],
    ['limit=201', 'limit must be a whole number from 1 to 200'],
    ['cursor=x', 'cursor must be the nextCursor of an earlier answer'],
    ['colour=red', 'colour is unknown; there are keyId, command, from, to, limit, cursor.'],
  ])('refuses %.30s and says what it takes', async (query, says) => {
    const response = await hookwell.admin(`/audit?${query}`);
    const { detail } = (await response.json()) as { detail: string };
    expect([response.status, detail]).toEqual([400, expect.stringContaining(says)]);
  });

  it('has every command that there is, also one that makes no sense', async () => {
    for (const { name, method, path } of adminRoutes.filter(({ isCommand }) => isCommand)) {
      const newest = (await list(hookwell, 'limit=1')).entries[0]?.id ?? '';
      await command(method, path, ALICE, {});
      const { entries } = await list(hookwell, 'keyId=alice&limit=1');
      expect([name, entries]).toEqual([name, [expect.objectContaining({ keyId: 'alice' })]]);
      expect([name, (entries[0]?.id ?? '') > newest]).toEqual([name, true]);
    }
  });

  it('has no secret, not even one in the wrong field, and no key', async () => {
    const { secret } = STRIPE;
    expect(await command('POST', '/sources', ALICE, { ...STRIPE, name: secret })).toBe(400);
    expect(await command('POST', '/sources', ALICE, { ...STRIPE, provider: secret })).toBe(400);
    const { entries } = await list(hookwell, 'limit=2');
    expect(entries.map(({ outcome, target, details }) => [outcome, target, details])).toEqual([
      ['REFUSED', null, {}],
      ['REFUSED', null, {}],
    ]);
    const stored = JSON.stringify(await installed.read('SELECT * FROM audit_log'));
    for (const hidden of [secret, ALICE, BOB, ADMIN_KEY]) expect(stored).not.toContain(hidden);
  });
});

describe('the audit of an installation that made its own key', () => {
  it('calls it first-start, now and after the next start', async () => {
    const hookwell = await Hookwell.start({ ADMIN_API_KEYS: '' });
    const key = /Admin key +(\S+)/.exec(hookwell.output.words)?.[1] ?? '';
    await hookwell.admin('/sources', { method: 'POST', key, body: STRIPE });
    await hookwell.end('SIGTERM');
    await hookwell.restart();
    await hookwell.admin('/sources/stripe', { method: 'PATCH', key, body: { enabled: false } });
    const { entries } = await list(hookwell, '', key);
    expect(entries.map(({ keyId, command }) => [keyId, command])).toEqual([
      ['first-start', 'source.update'],
      ['first-start', 'source.create'],
    ]);
    await hookwell.stop();
  });
});
