import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStore } from '../../../src/ingestion/infrastructure/event-store.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { BullMqEventQueue } from '../../../src/platform/queue/bullmq-event-queue.js';
import { EventQueue } from '../../../src/platform/queue/event-queue.js';
import type { DatabaseReader } from '../database-reader.js';
import { builtDataSource, type DatabaseKind, migrateBuilt } from '../databases.js';
import { type RedisServer, startRedis } from '../servers.js';
import { findings, repeatedCalls } from './audit.js';
import { type Death, randomDeath } from './death.js';
import { SeededRandom } from './random.js';
import { incomingTransfer, TransferMaker } from './transfers.js';

const WORKER = resolve('test/support/money/worker.js');
const PROVIDERS = resolve('test/support/money/providers');
const LEASE_MS = 2000;
const BATCH = 64;
/** Transfers that wait at least, so that every worker finds some. */
const BACKLOG = 1024;
/** Kills after which a worker lives for a while: who dies with ten workers in a row counts as their killer, and is FAILED. */
const KILLS_IN_A_ROW = 20;
/** A worker that has not come to its step by then is killed where it is. */
const LONGEST_LIFE_MS = 2000;
/** How to run it. */
export interface KillRun {
  readonly kills: number;
  readonly seed: number;
  /** Workers at a time; SQLite has one. */
  readonly workers: number;
}

/** What has come of it. */
export interface KillReport {
  readonly kills: number;
  readonly killsByPlace: Readonly<Record<string, number>>;
  readonly transfers: number;
  readonly repeatedCalls: number;
  /** How many events were done at their first taking, their second, and so on: those that were done by a commit of their own. */
  readonly takings: readonly number[];
  readonly millisecondsForOne: number;
  /** Empty where the ledger balances. */
  readonly findings: readonly string[];
}

/** Nobody takes anything over from it: the relay finds what is due. */
class NoQueue extends EventQueue {
  readonly available = false;
  handOver(): Promise<boolean> {
    return Promise.resolve(false);
  }
  consume(): void {
    throw new Error('nobody consumes here');
  }
  depth(): Promise<number> {
    return Promise.resolve(0);
  }
  stopConsuming(): Promise<void> {
    return Promise.resolve();
  }
}

/** Has workers killed at every step while they move money, lets one finish, and audits. */
export async function killWorkers(kind: DatabaseKind, options: KillRun): Promise<KillReport> {
  const bank = await Bank.open(kind, options.seed);
  try {
    return await bank.run(options);
  } finally {
    await bank.close();
  }
}

class Bank {
  private readonly random: SeededRandom;
  private readonly transfers: TransferMaker;
  private readonly living = new Set<ChildProcess>();
  private readonly killsByPlace: Record<string, number> = {};
  private kills = 0;
  private toppingUp: Promise<void> = Promise.resolve();

  private constructor(
    seed: number,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly events: EventStore,
    private readonly read: DatabaseReader,
    private readonly folder: string,
    readonly close: () => Promise<void>,
  ) {
    this.random = new SeededRandom(seed);
    this.transfers = new TransferMaker(new SeededRandom(seed + 1));
  }

  static async open(kind: DatabaseKind, seed: number): Promise<Bank> {
    const made = await kind.make();
    const config = { ...made.config, PROVIDERS_DIR: PROVIDERS, LEASE_MS };
    const redis: RedisServer | null = kind.name === 'SQLite' ? null : await startRedis();
    const folder = await mkdtemp(join(tmpdir(), 'hookwell-money-'));
    const dataSource = await (await builtDataSource(config)).initialize();
    await migrateBuilt(dataSource);
    const database = await made.connect(await (await builtDataSource(config)).initialize());
    const queue = redis ? new BullMqEventQueue(redis.url) : new NoQueue();
    const environment = {
      ...{ PATH: process.env['PATH'] ?? '', SCRIPT_DIR: folder, PROVIDERS_DIR: PROVIDERS },
      ...{ LEASE_MS: String(LEASE_MS), RELAY_INTERVAL_MS: '50', WORKER_CONCURRENCY: '8' },
      ...(redis
        ? { DATABASE_URL: config.DATABASE_URL ?? '', REDIS_URL: redis.url }
        : { DATA_DIR: config.DATA_DIR }),
    };
    const events = new EventStore(database, queue, config, new Metrics());
    const read = <TRow>(sql: string): Promise<TRow[]> => patiently(() => dataSource.query<TRow[]>(sql));
    return new Bank(seed, environment, events, read, folder, async () => {
      if (queue instanceof BullMqEventQueue) await queue.onApplicationShutdown();
      await database.close();
      await dataSource.destroy();
      await Promise.all([made.stop(), redis?.stop(), rm(folder, { recursive: true })]);
    });
  }

  async run({ kills, workers }: KillRun): Promise<KillReport> {
    const began = Date.now();
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (this.kills < kills) {
          this.kills += 1;
          await this.topUp();
          if (this.kills % KILLS_IN_A_ROW === 0) await this.rest();
          else await this.liveAndDie(randomDeath(this.random));
        }
      }),
    );
    const millisecondsForOne = (Date.now() - began) / kills;
    await this.finish();
    const takings = await this.read<{ claims: number; count: string }>(
      'SELECT claims, COUNT(*) AS count FROM events WHERE claims > 0 GROUP BY claims',
    );
    const calls = join(this.folder, 'calls');
    return {
      kills: this.kills,
      killsByPlace: this.killsByPlace,
      transfers: this.transfers.made.length,
      repeatedCalls: repeatedCalls(calls),
      takings: takings.reduce<number[]>((all, { claims, count }) => {
        all[claims - 1] = Number(count);
        return all;
      }, []),
      millisecondsForOne,
      findings: await findings(this.read, this.transfers.made, calls),
    };
  }

  private async liveAndDie(death: Death): Promise<void> {
    const worker = this.start(death);
    const ended = once(worker, 'exit');
    const ready = once(worker, 'message');
    if (death.at === 'start') await Promise.race([ready, ended, delay(death.ms)]);
    else {
      await Promise.race([ready, ended]);
      await Promise.race([ended, delay('ms' in death ? death.ms : LONGEST_LIFE_MS)]);
    }
    const place = 'when' in death && !isRunning(worker) ? `${death.at}: ${death.when}` : death.at;
    this.killsByPlace[place] = (this.killsByPlace[place] ?? 0) + 1;
    if (isRunning(worker)) worker.kill('SIGKILL');
    await ended;
    if (worker.signalCode !== 'SIGKILL')
      throw new Error(`a worker ended by itself with ${String(worker.exitCode)}`);
  }

  private start(death: Death | null): ChildProcess {
    const worker = fork(WORKER, {
      env: { ...this.environment, ...(death ? { KILL: JSON.stringify(death) } : {}) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.living.add(worker);
    worker.once('exit', () => this.living.delete(worker));
    return worker;
  }

  /** Stores transfers until enough wait. Batch by batch: one that is stored later must not come before one of its key. */
  private topUp(): Promise<void> {
    this.toppingUp = this.toppingUp.then(async () => {
      const [waiting] = await this.read<{ count: number }>(
        "SELECT COUNT(*) AS count FROM events WHERE status = 'RECEIVED'",
      );
      for (let count = Number(waiting?.count); count < BACKLOG; count += BATCH) {
        const batch = Array.from({ length: BATCH }, () => incomingTransfer(this.transfers.next()));
        await Promise.all(batch.map((event) => this.events.accept(event)));
      }
    });
    return this.toppingUp;
  }

  /** Lets a worker live until nothing is left that others have died over, and ends it as an orchestrator would. */
  private async rest(): Promise<void> {
    const open = "SELECT COUNT(*) AS count FROM events WHERE status = 'RECEIVED' AND claims > 1";
    await this.liveUntilNone(open, 'SIGTERM');
    this.killsByPlace['SIGTERM'] = (this.killsByPlace['SIGTERM'] ?? 0) + 1;
  }

  /** Lets a worker live until there is nothing left to do. */
  private async finish(): Promise<void> {
    const events = "SELECT COUNT(*) FROM events WHERE status = 'RECEIVED'";
    await this.liveUntilNone(`SELECT (${events}) + (SELECT COUNT(*) FROM lanes) AS count`, 'SIGKILL');
  }

  private async liveUntilNone(counting: string, signal: NodeJS.Signals): Promise<void> {
    const worker = this.start(null);
    const ended = once(worker, 'exit');
    await Promise.race([ended, once(worker, 'message')]);
    while (isRunning(worker)) {
      const [left] = await this.read<{ count: number }>(counting);
      if (Number(left?.count) === 0) break;
      await delay(50);
    }
    if (!isRunning(worker))
      throw new Error(`a worker that was to live ended with ${String(worker.exitCode)}`);
    worker.kill(signal);
    await ended;
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** SQLite answers BUSY while it repairs what a killed writer has left. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true) throw error;
    }
    await delay(5);
  }
}
