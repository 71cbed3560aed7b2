import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DatabaseReader } from '../support/database-reader.js';
import { SCRIPTED_SECRET } from '../support/load.js';
import { startMariaDb, startRedis } from '../support/servers.js';
import { LoadDriver } from './load-driver.js';
import type { LoadOrder, LoadResult } from './load-generator.js';

/** As README recommends it for production; the baseline has the same server. */
const DATABASE_MEMORY = '1G';
const CONNECTIONS = 64;

const driver = new LoadDriver();
const cleanUps: (() => Promise<unknown>)[] = [() => driver.stop()];

/** Has something ended when the benchmark is over, the latest first. */
export function cleanUpLater(...steps: readonly (() => Promise<unknown>)[]): void {
  cleanUps.push(...steps);
}

/** Ends everything that was started. */
export async function cleanUp(): Promise<void> {
  for (const step of cleanUps.reverse()) await step();
}

/** Posts as ordered, over the connections that every part of the benchmark has. */
export function drive(order: Omit<LoadOrder, 'connections' | 'secret'>): Promise<LoadResult> {
  return driver.drive({ connections: CONNECTIONS, secret: SCRIPTED_SECRET, ...order });
}

/** An empty folder for the handlers' files. */
export async function scriptDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hookwell-bench-'));
  cleanUpLater(() => rm(folder, { recursive: true }));
  return folder;
}

/** A database server and a Redis for the benchmark alone. */
export class Servers {
  private constructor(
    private readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(): Promise<Servers> {
    const [database, redis] = await Promise.all([startMariaDb({ memory: DATABASE_MEMORY }), startRedis()]);
    cleanUpLater(
      () => database.stop(),
      () => redis.stop(),
    );
    return new Servers(database.url, redis.url);
  }

  /** The address of an empty database. */
  async newDatabase(name: string): Promise<string> {
    const connection = await createConnection(this.databaseUrl);
    await connection.query(`DROP DATABASE IF EXISTS ${name}`);
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    await connection.end();
    const address = new URL(this.databaseUrl);
    address.pathname = `/${name}`;
    return address.href;
  }
}

/** How to post to an installation, and how to ask its database. */
export interface Installation {
  readonly port: number;
  readonly read: DatabaseReader;
  /** Milliseconds from arrival to the write as PROCESSED, whose commit is the next thing to happen, in SQL. */
  readonly latency: string;
}

/** The dialects' ways to say {@link Installation.latency}. */
export const LATENCY = {
  mysql: 'TIMESTAMPDIFF(MICROSECOND, received_at, processed_at) DIV 1000',
  sqlite: 'CAST(ROUND((julianday(processed_at) - julianday(received_at)) * 86400000) AS INTEGER)',
};
