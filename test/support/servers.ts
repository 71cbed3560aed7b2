import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { accessSync, closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { databaseAt, redisAt } from './given-servers.js';

/** A server that a test may use and, where it is the test's own, break and bring back. */
export interface TestServer {
  readonly url: string;
  /** Shuts down gracefully and removes the data. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would be; the data stay. */
  kill(): Promise<void>;
  /** SIGSTOP, as a server that hangs: it keeps its connections and answers nothing. */
  freeze(): Promise<void>;
  /** Lets a frozen server go on. */
  thaw(): Promise<void>;
  /** Starts again on the same port with the same data (gracefully stopping it first if it runs). */
  restart(): Promise<void>;
}

export type DatabaseServer = TestServer;
export type RedisServer = TestServer;

export type Availability = { available: true } | { available: false; reason: string };

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
const INSTALL_TIMEOUT_MS = 45_000;
const START_ATTEMPTS = 3;
const DATABASE = 'hookwell';

const run = promisify(execFile);

/** A kind of server: what starts one here, and the setting that names one elsewhere. */
interface Kind {
  readonly binaries: readonly string[];
  readonly debianPackage: string;
  readonly variable: string;
}

const MARIADB: Kind = {
  binaries: ['mariadbd', 'mariadb-install-db'],
  debianPackage: 'mariadb-server',
  variable: 'TEST_DATABASE_URL',
};
const REDIS: Kind = {
  binaries: ['redis-server'],
  debianPackage: 'redis-server',
  variable: 'TEST_REDIS_URL',
};

/** What a test does with a server. */
export interface Use {
  /** Kills or freezes it, changes its settings or empties it; others' servers are not for that. */
  readonly toBreak?: boolean;
  /** Size of MariaDB's buffer pool and of its redo log, `1G` say. Its defaults are enough for tests and too little for load. */
  readonly memory?: string;
}

/**
 * Whether tests that need MariaDB and Redis can run here: each started from this machine's binaries, or else where
 * TEST_DATABASE_URL or TEST_REDIS_URL says. Throws in CI, where skipping would hide a failure.
 */
export function serversAvailable(use: Use = {}): Availability {
  const lacking = [MARIADB, REDIS].filter((kind) => !isInstalled(kind) && given(kind, use) === undefined);
  if (lacking.length === 0) return { available: true };
  const missing = lacking.flatMap(({ binaries }) =>
    binaries.filter((name) => findBinary(name) === undefined),
  );
  const packages = lacking.map(({ debianPackage }) => debianPackage);
  const reason =
    `${missing.join(', ')} not found: install the Debian packages (apt-get install ${packages.join(' ')})` +
    (use.toBreak
      ? '; servers given by URLs are not for these tests to break'
      : ' or set TEST_DATABASE_URL and TEST_REDIS_URL');
  if (inCi()) throw new Error(`Tests need MariaDB and Redis and may not be skipped in CI. ${reason}`);
  return { available: false, reason };
}

export async function startMariaDb(use: Use = {}): Promise<DatabaseServer> {
  const elsewhere = given(MARIADB, use);
  if (!isInstalled(MARIADB) && elsewhere !== undefined) return databaseAt(elsewhere);

  const server = requireBinary('mariadbd', MARIADB, use);
  const installer = requireBinary('mariadb-install-db', MARIADB, use);
  const user = process.getuid?.() === 0 ? 'mysql' : userInfo().username;

  return startPrivate({
    name: 'MariaDB',
    binary: server,
    url: (port) => `mysql://root@127.0.0.1:${port}/${DATABASE}`,
    async prepare(folder) {
      // Its own: two that install at once trip over each other's temporary tables in /tmp.
      await mkdir(join(folder, 'tmp'));
      await chmod(join(folder, 'tmp'), 0o777);
      await run(
        installer,
        [
          '--no-defaults',
          `--user=${user}`,
          `--datadir=${join(folder, 'data')}`,
          `--tmpdir=${join(folder, 'tmp')}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
        ],
        { timeout: INSTALL_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 },
      );
    },
    args: (folder, port) => [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${join(folder, 'data')}`,
      `--tmpdir=${join(folder, 'tmp')}`,
      `--socket=${join(folder, 'data', 'mariadb.sock')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--max-allowed-packet=64M',
      '--innodb-flush-log-at-trx-commit=1',
      ...(use.memory === undefined
        ? []
        : [`--innodb-buffer-pool-size=${use.memory}`, `--innodb-log-file-size=${use.memory}`]),
    ],
    async probe(folder, port) {
      const connection = await createConnection({
        host: '127.0.0.1',
        port,
        user: 'root',
        connectTimeout: 2_000,
      });
      try {
        const [rows] = await connection.query<RowDataPacket[]>('SELECT @@datadir AS folder');
        const owner: unknown = rows[0]?.['folder'];
        if (typeof owner !== 'string' || !owner.startsWith(folder)) throw new Error('not our server');
        await connection.query(`CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4`);
      } finally {
        connection.destroy();
      }
    },
  });
}

export async function startRedis(use: Use = {}): Promise<RedisServer> {
  const elsewhere = given(REDIS, use);
  if (!isInstalled(REDIS) && elsewhere !== undefined) return redisAt(elsewhere);

  return startPrivate({
    name: 'Redis',
    binary: requireBinary('redis-server', REDIS, use),
    url: (port) => `redis://127.0.0.1:${port}`,
    prepare: () => Promise.resolve(),
    args: (folder, port) => [
      ...['--port', String(port)],
      ...['--bind', '127.0.0.1'],
      ...['--dir', folder],
      ...['--save', ''],
      ...['--appendonly', 'yes'],
      ...['--maxmemory-policy', 'noeviction'],
      ...['--daemonize', 'no'],
    ],
    async probe(folder, port) {
      const client = new Redis({
        host: '127.0.0.1',
        port,
        lazyConnect: true,
        connectTimeout: 2_000,
        commandTimeout: 2_000,
        enableReadyCheck: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      // Failures reach us through the rejected calls; without a listener ioredis prints them as well.
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping();
        const [, owner] = (await client.config('GET', 'dir')) as string[];
        if (owner !== folder) throw new Error('not our server');
      } finally {
        client.disconnect();
      }
    },
  });
}

interface Recipe {
  readonly name: string;
  readonly binary: string;
  url(port: number): string;
  prepare(folder: string): Promise<void>;
  args(folder: string, port: number): string[];
  /** Resolves once the server that owns the folder answers on the port; rejects otherwise. */
  probe(folder: string, port: number): Promise<void>;
}

async function startPrivate(recipe: Recipe): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), `hookwell-${recipe.name.toLowerCase()}-`));
  // mkdtemp makes it 0700; the server may run as another user.
  await chmod(folder, 0o755);
  const guard = new Guard(folder);
  try {
    await recipe.prepare(folder);
    // A port found free can be taken before the server binds it, so a failed first start gets another.
    for (let attempt = 1; ; attempt += 1) {
      const server = new PrivateServer(recipe, folder, await freePort(), guard);
      try {
        await server.start();
        return server;
      } catch (error) {
        if (attempt >= START_ATTEMPTS || !server.exitedWhileStarting) throw error;
      }
    }
  } catch (error) {
    guard.release();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

class PrivateServer implements TestServer {
  readonly url: string;
  exitedWhileStarting = false;
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly recipe: Recipe,
    private readonly folder: string,
    private readonly port: number,
    private readonly guard: Guard,
  ) {
    this.url = recipe.url(port);
  }

  async start(): Promise<void> {
    const logFile = join(this.folder, 'server.log');
    const log = openSync(logFile, 'a');
    const child = spawn(this.recipe.binary, this.recipe.args(this.folder, this.port), {
      cwd: this.folder,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    this.guard.watch(child.pid);
    this.exited = new Promise((resolve) => {
      const ended = (): void => {
        if (this.child === child) {
          this.child = undefined;
          this.guard.watch(undefined);
        }
        resolve();
      };
      child.once('exit', ended);
      child.once('error', ended);
    });

    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      let failure: unknown;
      try {
        await this.recipe.probe(this.folder, this.port);
        return;
      } catch (error) {
        failure = error;
      }
      this.exitedWhileStarting = !this.running();
      if (this.exitedWhileStarting || Date.now() > deadline) {
        await this.kill();
        const what = this.exitedWhileStarting ? 'exited while starting' : 'did not become ready in time';
        const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
        throw new Error(`${this.recipe.name} ${what} (port ${this.port}). Its log ends:\n${lines}`, {
          cause: failure,
        });
      }
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.shutDown();
    this.guard.release();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  freeze(): Promise<void> {
    this.child?.kill('SIGSTOP');
    return Promise.resolve();
  }

  thaw(): Promise<void> {
    this.child?.kill('SIGCONT');
    return Promise.resolve();
  }

  async restart(): Promise<void> {
    if (this.stopped)
      throw new Error(`${this.recipe.name} was stopped and its data removed; start a new one`);
    await this.shutDown();
    await this.start();
  }

  private running(): boolean {
    return this.child !== undefined;
  }

  private async shutDown(): Promise<void> {
    this.child?.kill('SIGTERM');
    const patience = new AbortController();
    const late = delay(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.exited, late]);
    patience.abort();
    await this.kill();
  }
}

/**
 * Sees to it that neither the server nor its folder outlives this process. The exit handler covers an
 * ordinary end. A test worker may also be ended by a signal, which runs no handler, so a shell holds the
 * other end of a pipe: when this process goes, however it goes, the shell reads end-of-file and clears up.
 */
class Guard {
  private static readonly SCRIPT = `
    trap '' HUP INT TERM
    pid=
    while read -r line; do pid=\${line#-}; done
    if [ -n "$pid" ]; then
      kill -KILL "$pid" 2>/dev/null
      tries=0
      while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
    fi
    rm -rf -- "$1"`;

  private pid: number | undefined;
  private readonly shell: ChildProcess;
  private readonly onExit = (): void => {
    if (this.pid !== undefined) {
      try {
        process.kill(this.pid, 'SIGKILL');
      } catch {
        // It has gone already.
      }
    }
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // The shell tries again once the server has let go of its files.
    }
  };

  constructor(private readonly folder: string) {
    this.shell = spawn('/bin/sh', ['-c', Guard.SCRIPT, 'guard', folder], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.shell.on('error', () => undefined);
    this.shell.stdin?.on('error', () => undefined);
    this.shell.unref();
    (this.shell.stdin as Socket | null)?.unref();
    process.on('exit', this.onExit);
  }

  /** The process to end with this one; undefined for none. */
  watch(pid: number | undefined): void {
    this.pid = pid;
    this.shell.stdin?.write(pid === undefined ? '-\n' : `${pid}\n`);
  }

  release(): void {
    process.off('exit', this.onExit);
    this.shell.stdin?.end();
  }
}

/**
 * Ports below Linux's ephemeral range: from inside it, a client that keeps reconnecting to a killed
 * server can be given that very port as its own and end up connected to itself.
 */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(15_000, 32_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => {
        resolve(false);
      });
      probe.listen(port, '127.0.0.1', () => {
        probe.close(() => {
          resolve(true);
        });
      });
    });
    if (free) return port;
  }
  throw new Error('No free port found between 15000 and 32000');
}

/** The server that stands in for one of this machine's, where the test may have it. */
function given({ variable }: Kind, { toBreak = false }: Use): string | undefined {
  return toBreak ? undefined : setting(variable);
}

function isInstalled({ binaries }: Kind): boolean {
  return binaries.every((name) => findBinary(name) !== undefined);
}

function findBinary(name: string): string | undefined {
  // Daemons live in sbin, which an ordinary user's PATH leaves out.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Look in the next one.
    }
  }
  return undefined;
}

function requireBinary(name: string, { debianPackage, variable }: Kind, { toBreak = false }: Use): string {
  const file = findBinary(name);
  if (file !== undefined) return file;
  const why = toBreak
    ? `, for this test breaks its server, and may not break the one that ${variable} names`
    : '';
  throw new Error(`${name} not found: apt-get install ${debianPackage}${why}`);
}

function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

function inCi(): boolean {
  const value = setting('CI');
  return value !== undefined && value !== 'false' && value !== '0';
}
