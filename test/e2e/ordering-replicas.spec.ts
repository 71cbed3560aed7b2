import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mysqlReader, type DatabaseReader } from '../support/database-reader.js';
import { Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { nothingUnderWay } from '../support/load.js';
import { createOrderedSource, Marks, type OrderedEvent, postOrdered } from '../support/ordered.js';
import {
  type DatabaseServer,
  type RedisServer,
  serversAvailable,
  startMariaDb,
  startRedis,
} from '../support/servers.js';

const WORKERS = 4;

describe.skipIf(!serversAvailable().available)('events of one ordering key over four workers', () => {
  let servers: [DatabaseServer, RedisServer];
  let api: Hookwell;
  let workers: Hookwell[];
  let folder: string;
  let marks: Marks;
  let read: DatabaseReader;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    servers = await Promise.all([startMariaDb(), startRedis()]);
    const [database, redis] = servers;
    const shared = {
      ...{
        PROVIDERS_DIR: SCRIPTED_PROVIDERS,
        SCRIPT_DIR: folder,
        RELAY_INTERVAL_MS: '100',
      },
      ...{ DATABASE_URL: database.url, REDIS_URL: redis.url },
    };
    read = mysqlReader(database.url);
    api = await Hookwell.start({ ...shared, ROLE: 'api' });
    workers = await Promise.all(
      Array.from({ length: WORKERS }, () => Hookwell.start({ ...shared, ROLE: 'worker' })),
    );
    marks = new Marks(folder);
    await createOrderedSource(api);
  });

  afterAll(async () => {
    await Promise.all([api, ...workers].map((process) => process.stop('SIGKILL')));
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    key = randomUUID();
  });

  const post = (event: Omit<OrderedEvent, 'key'> & { key?: string }): Promise<string> =>
    postOrdered(api, { key, ...event });

  const expectProcessed = async (ids: readonly string[]): Promise<void> => {
    const statuses = await Promise.all(ids.map(async (id) => (await api.settled(id)).status));
    expect(statuses).toEqual(ids.map(() => 'PROCESSED'));
  };

  /** The worker that works on an event of the key now. */
  const workerOf = (of: string): Hookwell => {
    const pid = marks.of(of).at(-1)?.pid;
    const worker = workers.find((each) => each.pid === pid);
    if (!worker) throw new Error(`no worker ${String(pid)}`);
    return worker;
  };

  /** What a killed worker had of the key is due now, and not when its lease ends. */
  const endLeases = async (): Promise<void> => {
    for (const table of ['lanes', 'events'])
      await read(
        `UPDATE ${table} SET due_at = '2000-01-01' WHERE ordering_key = '${key}' AND holder LIKE '%:%'`,
      );
  };

  it('has paid wait for created, whoever gets which, and whenever', async () => {
    const keys = Array.from({ length: 100 }, () => randomUUID());
    const ids = await Promise.all(
      keys.flatMap((of, n) => {
        const paid = (): Promise<string> => post({ key: of, type: 'paid', sequence: 1, does: 'TX' });
        const created = (): Promise<string> => post({ key: of, type: 'created', sequence: 2, does: 'TX' });
        // Together, one after the other's answer, or the other way round.
        if (n % 3 === 0) return [paid(), created()];
        return n % 3 === 1 ? [paid().then(created)] : [created().then(paid)];
      }),
    );
    await expectProcessed(ids);
    await nothingUnderWay(read);
    for (const of of keys) {
      expect(marks.begun(of).at(-1)).toBe('paid 1');
      expect(marks.begun(of)).toHaveLength(3);
      expect(marks.overlaps(of)).toEqual([]);
    }
    expect(new Set(keys.flatMap((of) => marks.of(of).map(({ pid }) => pid))).size).toBeGreaterThan(1);
  });

  it('has another worker go on where one is killed, with paid after created', async () => {
    const paid = await post({ type: 'paid', sequence: 1, does: 'TX' });
    const hanging = { id: randomUUID(), type: 'created', sequence: 2, does: 'HANG', by: 'Created' } as const;
    const created = await post(hanging);
    await marks.started(hanging.id);
    const killed = workerOf(key);
    await killed.end('SIGKILL');
    await endLeases();
    await expect.poll(() => marks.begun(key, 'Created')).toHaveLength(2);
    expect(workerOf(key)).not.toBe(killed);
    expect(marks.begun(key)).not.toContain('paid 1');
    marks.go(hanging.id);
    await expectProcessed([paid, created]);
    expect(marks.begun(key).at(-1)).toBe('paid 1');
    expect(marks.overlaps(key)).toEqual([]);
    const ledger = `SELECT handler FROM ordered_ledger WHERE event_id = '${paid}' AND handler = 'Paid'`;
    expect(await read(ledger)).toHaveLength(1);
    await killed.restart();
  });

  it('runs 1,000 of them in order and one at a time', async () => {
    const head = { id: randomUUID(), type: 'step', sequence: 0, does: 'HANG', by: 'Step' } as const;
    await post(head);
    await marks.started(head.id);
    const sequences = Array.from({ length: 999 }, (_, n) => ((n * 577) % 999) + 1);
    const ids: string[] = [];
    for (let n = 0; n < sequences.length; n += 50) {
      const some = sequences.slice(n, n + 50);
      ids.push(
        ...(await Promise.all(
          some.map((sequence) => post({ type: 'step', sequence, does: 'TX', by: 'Step' })),
        )),
      );
    }
    // So that no handler but theirs is left to run.
    await expect.poll(() => marks.begun(key, 'Plain')).toHaveLength(1000);
    marks.go(head.id);
    await nothingUnderWay(read);
    expect(marks.begun(key)).toEqual(Array.from({ length: 1000 }, (_, n) => `step ${n}`));
    expect(marks.overlaps(key)).toEqual([]);
    await expectProcessed(ids);
    const times = marks
      .of(key)
      .slice(1)
      .map(({ at }) => at);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    process.stdout.write(`1,000 events of one key over ${WORKERS} workers: ${Math.round(999 / seconds)}/s\n`);
  });

  it('runs them in order, each effect once, while workers are killed', async () => {
    const head = { id: randomUUID(), type: 'step', sequence: 0, does: 'HANG', by: 'Step' } as const;
    await post(head);
    await marks.started(head.id);
    const ids = await Promise.all(
      Array.from({ length: 400 }, (_, n) => post({ type: 'step', sequence: n + 1, does: 'TX', by: 'Step' })),
    );
    marks.go(head.id);
    const killed: Hookwell[] = [];
    while (killed.length < WORKERS - 1) {
      const before = marks.begun(key).length;
      await expect.poll(() => marks.begun(key).length).toBeGreaterThan(before + 20);
      const worker = workerOf(key);
      await worker.end('SIGKILL');
      await endLeases();
      killed.push(worker);
    }
    expect(new Set(killed).size).toBe(WORKERS - 1);
    await expectProcessed(ids);
    const begun = marks.begun(key);
    expect(begun.filter((step, index) => step !== begun[index - 1])).toEqual([
      'step 0',
      ...ids.map((_, n) => `step ${n + 1}`),
    ]);
    expect(marks.overlaps(key)).toEqual([]);
    const ledger = await read<{ event_id: string }>(
      `SELECT l.event_id FROM ordered_ledger l JOIN events e ON e.id = l.event_id WHERE e.ordering_key = '${key}'`,
    );
    expect(ledger.map(({ event_id: id }) => id).toSorted()).toEqual(ids.toSorted());
    await Promise.all(killed.map((worker) => worker.restart()));
  });
});
