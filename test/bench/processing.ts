import { resolve } from 'node:path';
import { mysqlReader, type DatabaseReader } from '../support/database-reader.js';
import { Hookwell } from '../support/hookwell.js';
import { nothingUnderWay, SCRIPTED_SECRET, until } from '../support/load.js';
import { cleanUpLater, drive, LATENCY } from './machine.js';
import { aim, median, percentileOf, printRows, type Row } from './report.js';

const SOURCE = 'measured';
const PROVIDERS = resolve('test/bench/providers');
/** A backlog waits for longer than the ordinary lease. */
const LEASE_MS = '600000';
const LONG_MS = 600_000;
/** Events that several workers share before they are measured. */
const WARM_UP = 2_000;

/** A backlog of one kind of work, and how many workers clear it. */
interface Kind {
  readonly name: string;
  readonly script: string;
  readonly keys: number;
  readonly events: number;
  /** Several are at work before the events arrive: what takes two seconds must not be done while others of them start. */
  readonly workers: number;
}

/**
 * How fast workers clear a backlog of each kind of work, as ratios to plain handlers in the same run, round after round; and what
 * a stuck key does to the others' latency.
 */
export async function processing(settings: Record<string, string>, quick: boolean): Promise<Row[]> {
  const shared = { ...settings, PROVIDERS_DIR: PROVIDERS, LEASE_MS };
  const read = mysqlReader(settings['DATABASE_URL'] ?? '');
  const api = await Hookwell.start({ ...shared, ROLE: 'api' });
  cleanUpLater(() => api.stop('SIGKILL'));
  await api.admin('/sources', {
    method: 'POST',
    body: { name: SOURCE, provider: 'measured', secret: SCRIPTED_SECRET },
  });
  const port = Number(new URL(api.url).port);
  const events = quick ? 5_000 : 20_000;
  const kinds: Kind[] = [
    { name: 'plain', script: 'PLAIN', keys: 100_000, events, workers: 1 },
    { name: 'one in a hundred fails once', script: 'FAILING', keys: 100_000, events, workers: 1 },
    { name: 'transaction', script: 'TRANSACTION', keys: 100_000, events, workers: 1 },
    { name: 'serial, 100,000 keys', script: 'SERIAL', keys: 100_000, events, workers: 1 },
    { name: 'serial, 100 keys', script: 'SERIAL', keys: 100, events, workers: 1 },
    { name: 'serial, 1 key, 4 workers', script: 'SERIAL', keys: 1, events: 1_000, workers: 4 },
    {
      name: 'serial and transaction, 100,000 keys',
      script: 'SERIAL_TRANSACTION',
      keys: 100_000,
      events,
      workers: 1,
    },
    {
      name: 'serial and transaction, 1 key, 4 workers',
      script: 'SERIAL_TRANSACTION',
      keys: 1,
      events: 1_000,
      workers: 4,
    },
  ];
  const rates = kinds.map((): number[] => []);
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    for (const [index, kind] of kinds.entries()) rates[index]?.push(await clear(kind, port, read, shared));
  }
  const [plain = 0] = rates.map(median);
  printRows(
    'processing',
    kinds.map(({ name }, index) => {
      const perSecond = median(rates[index] ?? []);
      return { 'a backlog of': name, 'per second': Math.round(perSecond), 'of plain': perSecond / plain };
    }),
  );
  return [
    aim('events of one key over four workers, per second', median(rates[5] ?? []), '>=', 500),
    ...(await besideStuckKey(port, read, shared, quick)),
  ];
}

/** Has a backlog accepted and cleared; gives events per second, from when all of them have arrived. */
async function clear(
  { script, keys, events, workers }: Kind,
  port: number,
  read: DatabaseReader,
  settings: Record<string, string>,
): Promise<number> {
  const accept = async (most: number, keys: number, keyPrefix: string): Promise<string> => {
    const since = sqlNow();
    const event = { script, keys, keyPrefix };
    await drive({ port, path: `/webhooks/${SOURCE}`, durationMs: LONG_MS, most, event });
    return `type = '${script}' AND received_at >= '${since}'`;
  };
  const processes: Hookwell[] = [];
  const start = async (): Promise<void> => {
    const started = Array.from({ length: workers }, () => Hookwell.start({ ...settings, ROLE: 'worker' }));
    processes.push(...(await Promise.all(started)));
  };
  if (workers > 1) {
    await start();
    await accept(WARM_UP, 2 * workers, 'warm-up');
    await nothingUnderWay(read);
  }
  const condition = await accept(events, keys, 'key');
  if (workers === 1) await start();
  await nothingUnderWay(read);
  await Promise.all(processes.map((worker) => worker.stop('SIGTERM')));
  const [row] = await read<{ events: number; ms: number }>(
    `SELECT COUNT(*) AS events, TIMESTAMPDIFF(MICROSECOND, MIN(processed_at), MAX(processed_at)) DIV 1000 AS ms
     FROM events
     WHERE ${condition} AND status = 'PROCESSED'
       AND processed_at >= (SELECT MAX(received_at) FROM events WHERE ${condition})`,
  );
  return ((row?.events ?? 0) * 1000) / (row?.ms ?? 0);
}

/** Latency of serial events of many keys, before and while one key is stuck with 10,000 events. */
async function besideStuckKey(
  port: number,
  read: DatabaseReader,
  settings: Record<string, string>,
  quick: boolean,
): Promise<Row[]> {
  const worker = await Hookwell.start({ ...settings, ROLE: 'worker' });
  const others = { script: 'SERIAL', keys: 100_000, keyPrefix: 'other' };
  const measure = async (): Promise<{ p50: number; p99: number }> => {
    const since = sqlNow();
    await drive({
      port,
      path: `/webhooks/${SOURCE}`,
      durationMs: quick ? 5_000 : 15_000,
      rate: 300,
      event: others,
    });
    const condition = `type = 'SERIAL' AND received_at >= '${since}'`;
    await until(async () => {
      const rows = await read<{ id: string }>(
        `SELECT id FROM events WHERE ${condition} AND status = 'RECEIVED' LIMIT 1`,
      );
      return rows.length === 0;
    });
    const histogram = await read<{ ms: number; events: number }>(
      `SELECT ${LATENCY.mysql} AS ms, COUNT(*) AS events FROM events WHERE ${condition} GROUP BY 1 ORDER BY 1`,
    );
    return { p50: percentileOf(histogram, 0.5), p99: percentileOf(histogram, 0.99) };
  };
  /** A machine's moods are larger than what is looked for. */
  const measureRounds = async (): Promise<{ p50: number; p99: number }> => {
    const rounds = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) rounds.push(await measure());
    return { p50: median(rounds.map(({ p50 }) => p50)), p99: median(rounds.map(({ p99 }) => p99)) };
  };
  await measure();
  const before = await measureRounds();
  const stuck = { script: 'STUCK', keys: 1, keyPrefix: 'stuck' };
  await drive({ port, path: `/webhooks/${SOURCE}`, durationMs: LONG_MS, most: 10_000, event: stuck });
  // All of them have been taken up once, and wait.
  await until(async () => {
    const [row] = await read<{ moving: number }>(
      `SELECT COUNT(*) AS moving FROM events WHERE type = 'STUCK' AND holder IS NOT NULL`,
    );
    return row?.moving === 0;
  });
  const beside = await measureRounds();
  await worker.stop('SIGTERM');
  printRows('beside-a-stuck-key', [
    { 'latency of other keys at 300/s': 'alone', 'p50 ms': before.p50, 'p99 ms': before.p99, 'p50 ratio': 1 },
    {
      'latency of other keys at 300/s': 'with 10,000 events of a stuck key',
      'p50 ms': beside.p50,
      'p99 ms': beside.p99,
      'p50 ratio': beside.p50 / before.p50,
    },
  ]);
  return [
    aim(
      'p50 of other keys, with 10,000 events of a stuck key, of p50 without',
      beside.p50 / before.p50,
      '<',
      1.2,
    ),
  ];
}

function sqlNow(): string {
  return new Date().toISOString().slice(0, 23).replace('T', ' ');
}
