/**
 * What Hookwell does on this machine, as ratios to what the same machine does in the same run:
 *
 * - accept      one api process, against the same stack with nothing durable and against the design as usually written
 * - end-to-end  api and worker processes, at rising rates and then at one rate held
 * - embedded    one process on SQLite
 * - processing  what transactions, order and failures cost, as ratios to plain handlers
 * - verify      what a signature's verification costs, as a ratio to the bare HMAC of the same body
 *
 * The last table holds what was measured against what is aimed for.
 *
 * `npm run bench -- --quick` takes shorter rounds, `--only accept,embedded` some parts. Prints tables, and a JSON line for
 * each row. Everything, load generator included, shares the machine's cores: trust the ratios, not the figures.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { mysqlReader, sqliteReader } from '../support/database-reader.js';
import { Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { createScriptedSource, nothingUnderWay, SCRIPTED_SECRET, SCRIPTED_SOURCE } from '../support/load.js';
import { startServer } from './load-driver.js';
import type { LoadOrder, LoadResult } from './load-generator.js';
import { cleanUp, cleanUpLater, drive, type Installation, LATENCY, scriptDir, Servers } from './machine.js';
import { processing } from './processing.js';
import { aim, median, percentileOf, print, printRows, type Row } from './report.js';
import { verification } from './verification.js';

const PARTS = ['accept', 'end-to-end', 'embedded', 'processing', 'verify'] as const;
/** The parts that need no server. */
const ALONE: readonly string[] = ['embedded', 'verify'];

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: PARTS.join() } },
});
const parts = options.only.split(',');
const unknown = parts.find((part) => !(PARTS as readonly string[]).includes(part));
if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(', ')}; not '${unknown}'`);

const ROUNDS = options.quick ? 2 : 5;
const ROUND_MS = options.quick ? 2_000 : 6_000;
const STEP_MS = options.quick ? 4_000 : 10_000;
const HOLD_MS = options.quick ? 10_000 : 60_000;
const HOLD_RATE = 5_000;
const RATES = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 10_000];
const EMBEDDED_RATES = [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000];
/** A rate counts as sustained while this holds at its end. */
const SUSTAINED = { p99Ms: 200, share: 0.98 };

/** As it runs by default, log included. */
const COMMON = { PROVIDERS_DIR: SCRIPTED_PROVIDERS, LOG_LEVEL: 'info' };

/** A Redis that is not there: the discard port refuses. */
const NOBODY = 'redis://127.0.0.1:9';

const aims: Row[] = [];
try {
  print(`${availableParallelism()} cores, Node ${process.versions.node}; signed events of 2 KB`);
  if (parts.some((part) => !ALONE.includes(part))) await onServers(await Servers.start());
  if (parts.includes('embedded')) await embedded();
  if (parts.includes('verify')) aims.push(...verification(options.quick));
  printRows('aims', aims);
} finally {
  await cleanUp();
}

async function onServers(servers: Servers): Promise<void> {
  const scripts = await scriptDir();
  const settings = async (name: string): Promise<Record<string, string>> => ({
    ...COMMON,
    SCRIPT_DIR: scripts,
    DATABASE_URL: await servers.newDatabase(name),
    REDIS_URL: servers.redisUrl,
  });
  if (parts.includes('accept')) {
    await accept({
      ours: await settings('bench_accept'),
      withoutRedis: { ...(await settings('bench_without_redis')), REDIS_URL: NOBODY },
      theirs: await settings('bench_baseline'),
    });
  }
  if (parts.includes('end-to-end')) await endToEnd(await settings('bench_end_to_end'));
  if (parts.includes('processing')) {
    aims.push(...(await processing(await settings('bench_processing'), options.quick)));
  }
}

/** All of them in turn, round after round, so that the machine's moods fall on them alike. */
async function accept({
  ours,
  withoutRedis,
  theirs,
}: Record<'ours' | 'withoutRedis' | 'theirs', Record<string, string>>): Promise<void> {
  const secret = { BENCH_SECRET: SCRIPTED_SECRET };
  const ceiling = await startServer('ceiling-server.js', secret);
  const baseline = await startServer('baseline-server.js', { ...secret, ...theirs });
  const hookwell = await Hookwell.start({ ...ours, ROLE: 'api' });
  const alone = await Hookwell.start({ ...withoutRedis, ROLE: 'api' });
  for (const each of [hookwell, alone]) await createScriptedSource(each);
  const targets = [
    { name: 'ceiling: verify and answer', url: `${ceiling.url}/webhooks/bench` },
    { name: 'baseline: save(), then add()', url: `${baseline.url}/webhooks/bench` },
    { name: 'hookwell', url: `${hookwell.url}/webhooks/${SCRIPTED_SOURCE}` },
    { name: 'hookwell, Redis away', url: `${alone.url}/webhooks/${SCRIPTED_SOURCE}` },
  ];
  for (const { url } of targets) await drive({ ...addressOf(url), durationMs: ROUND_MS / 2 });

  const results = targets.map((): LoadResult[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { url }] of targets.entries()) {
      results[index]?.push(await drive({ ...addressOf(url), durationMs: ROUND_MS }));
    }
  }
  const [ofCeiling = 0, ofBaseline = 0, accepted = 0, without = 0] = results.map((rounds) =>
    median(rounds.map(({ perSecond }) => perSecond)),
  );
  const rows = targets.map(({ name }, index): Row => {
    const rounds = results[index] ?? [];
    const perSecond = median(rounds.map((round) => round.perSecond));
    return {
      'what accepts': name,
      'per second': Math.round(perSecond),
      'p50 ms': median(rounds.map(({ p50 }) => p50)),
      'p99 ms': median(rounds.map(({ p99 }) => p99)),
      'of ceiling': perSecond / ofCeiling,
      'times baseline': perSecond / ofBaseline,
      refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
    };
  });
  printRows('accept', rows);

  const rate = Math.round(accepted / 2);
  const half = await drive({ ...addressOf(targets[2]?.url ?? ''), durationMs: STEP_MS, rate });
  printRows('accept-at-half-load', [
    { 'per second': rate, 'p50 ms': half.p50, 'p99 ms': half.p99, refused: half.refused },
  ]);
  aims.push(
    aim('accepting, of the ceiling', accepted / ofCeiling, '>=', 0.4),
    aim('accepting, times the baseline', accepted / ofBaseline, '>=', 5),
    aim('accepting while Redis is away, of accepting', without / accepted, '>=', 1),
    aim('ack p99 ms at half load', half.p99, '<', 25),
  );
  await Promise.all([ceiling.stop(), baseline.stop(), hookwell.stop('SIGKILL'), alone.stop('SIGKILL')]);
}

async function endToEnd(settings: Record<string, string>): Promise<void> {
  const api = await Hookwell.start({ ...settings, ROLE: 'api' });
  const worker = await Hookwell.start({ ...settings, ROLE: 'worker' });
  cleanUpLater(
    () => api.stop('SIGKILL'),
    () => worker.stop('SIGKILL'),
  );
  await createScriptedSource(api);
  const installation = {
    port: Number(new URL(api.url).port),
    read: mysqlReader(settings['DATABASE_URL'] ?? ''),
    latency: LATENCY.mysql,
  };
  await step(installation, 1_000, STEP_MS);
  const highest = await stairs('end-to-end', installation, RATES);
  // The rate that is aimed for, or what this machine could sustain of it.
  const held = await step(installation, Math.min(HOLD_RATE, Math.max(highest, 500)), HOLD_MS);
  printRows('end-to-end-held', [held]);
  aims.push(
    aim('end to end per second, highest sustained', highest, '>=', HOLD_RATE),
    aim(
      `end to end p99 ms, held at ${held['rate'] ?? ''} for ${HOLD_MS / 1000} s`,
      Number(held['processed p99 ms']),
      '<',
      200,
    ),
  );
}

async function embedded(): Promise<void> {
  const hookwell = await Hookwell.start({ ...COMMON, SCRIPT_DIR: await scriptDir() });
  cleanUpLater(() => hookwell.stop('SIGKILL'));
  await createScriptedSource(hookwell);
  const installation = {
    port: Number(new URL(hookwell.url).port),
    read: sqliteReader(join(hookwell.dataDir, 'hookwell.sqlite')),
    latency: LATENCY.sqlite,
  };
  await step(installation, 500, STEP_MS);
  const highest = await stairs('embedded', installation, EMBEDDED_RATES);
  aims.push(aim('embedded, end to end per second, highest sustained', highest, '>=', 2_000));
}

/** Rising rates, until two in a row were too much; gives the highest that was not. */
async function stairs(title: string, installation: Installation, rates: readonly number[]): Promise<number> {
  const rows: Row[] = [];
  for (const rate of rates) {
    rows.push(await step(installation, rate, STEP_MS));
    if (rows.slice(-2).filter(({ sustained }) => sustained === 'no').length === 2) break;
  }
  printRows(title, rows);
  return Math.max(0, ...rows.filter(({ sustained }) => sustained === 'yes').map(({ rate }) => Number(rate)));
}

/** One rate for a while, then what the database says about every event of it. */
async function step({ port, read, latency }: Installation, rate: number, durationMs: number): Promise<Row> {
  await nothingUnderWay(read);
  await delay(1_000);
  const since = new Date().toISOString().slice(0, 23).replace('T', ' ');
  const load = await drive({ port, path: `/webhooks/${SCRIPTED_SOURCE}`, durationMs, rate });
  const [waiting] = await read<{ backlog: number }>(
    `SELECT COUNT(*) AS backlog FROM events WHERE status = 'RECEIVED'`,
  );
  await nothingUnderWay(read);
  const histogram = await read<{ ms: number; events: number }>(
    `SELECT ${latency} AS ms, COUNT(*) AS events FROM events WHERE received_at >= '${since}' GROUP BY 1 ORDER BY 1`,
  );
  const processed = histogram.reduce((sum, { events }) => sum + events, 0);
  const p99 = percentileOf(histogram, 0.99);
  const complete = processed === load.accepted && load.refused === 0;
  const sustained = complete && p99 < SUSTAINED.p99Ms && load.perSecond >= rate * SUSTAINED.share;
  return {
    rate,
    'answered/s': Math.round(load.perSecond),
    'ack p50 ms': load.p50,
    'ack p99 ms': load.p99,
    'processed p50 ms': percentileOf(histogram, 0.5),
    'processed p99 ms': p99,
    'backlog at end': waiting?.backlog ?? 0,
    refused: load.refused,
    unprocessed: load.accepted - processed,
    sustained: sustained ? 'yes' : 'no',
  };
}

function addressOf(url: string): Pick<LoadOrder, 'port' | 'path'> {
  const { port, pathname } = new URL(url);
  return { port: Number(port), path: pathname };
}
