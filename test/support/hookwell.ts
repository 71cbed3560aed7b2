import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** npm runs everything from the project's root. */
const MAIN = resolve('dist/src/main.js');

const POLL_MS = 5;

export const ADMIN_KEY = 'test-admin-key-0123456789';
export const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64');

/** An event as `GET /events/{id}` shows it, as far as tests look. */
export interface EventView {
  readonly id: string;
  readonly status: string;
  readonly type: string;
  readonly unhandled: boolean;
  readonly malformed: boolean;
  readonly idempotencyKey: string;
  readonly orderingKey: string | null;
  readonly occurredAt: string | null;
  readonly lastError: string | null;
  readonly replays: number;
  readonly payload: unknown;
  readonly operations: readonly {
    readonly handler: string;
    readonly status: string;
    readonly result: unknown;
    readonly attempts: readonly {
      readonly run: number;
      readonly attempt: number;
      readonly outcome: string;
      readonly startedAt: string;
      readonly durationMs: number;
      readonly result: unknown;
      readonly error: string | null;
      readonly retryAt: string | null;
    }[];
  }[];
}

/** How a process ended: by itself with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process has written so far. */
export interface Output {
  /** stdout: the log, one JSON object a line. */
  log: string;
  /** stderr: what is meant for people. */
  words: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: Output;
}

/** A Hookwell process, built and started as a user would, that a test may end and bring back. */
export class Hookwell {
  private constructor(
    private environment: Readonly<Record<string, string>>,
    readonly dataDir: string,
    private started: Started,
  ) {}

  /** Starts the built main.js on a free port of the loopback and waits until it says that it listens. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Hookwell> {
    const dataDir = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
    return new Hookwell(environment, dataDir, await spawnMain(dataDir, environment));
  }

  /** Where it listens; another port after each {@link restart}. */
  get url(): string {
    return this.started.url;
  }

  /** What it has written since it was last started. */
  get output(): Readonly<Output> {
    return this.started.output;
  }

  /** Its process id; another one after each {@link restart}. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.end(signal);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Ends the process, SIGKILL as a crash would; the data stay. */
  async end(signal: NodeJS.Signals): Promise<ProcessEnd> {
    if (this.running) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    return this.ended();
  }

  /** Resolves when the process has ended by itself. */
  async ended(): Promise<ProcessEnd> {
    if (this.running) await once(this.child, 'exit');
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  /** Starts again on the same data, once the process has ended, with the same settings but for those given. */
  async restart(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.ended();
    this.environment = { ...this.environment, ...changes };
    this.started = await spawnMain(this.dataDir, this.environment);
  }

  private get child(): ChildProcess {
    return this.started.child;
  }

  private get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  admin(
    path: string,
    init: { method?: string; body?: unknown; key?: string | undefined } = {},
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${init.key ?? ADMIN_KEY}`,
        ...(init.body ? { 'content-type': 'application/json' } : {}),
      },
      ...(init.body ? { body: JSON.stringify(init.body) } : {}),
    });
  }

  post(source: string, body: string | Buffer, headers: Record<string, string>): Promise<Response> {
    return fetch(`${this.url}/webhooks/${source}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    });
  }

  /** The event as it is now. */
  async event(id: string): Promise<EventView> {
    const response = await this.admin(`/events/${id}`);
    if (!response.ok) throw new Error(`no event ${id}: ${await response.text()}`);
    return (await response.json()) as EventView;
  }

  /** The event once it has left RECEIVED; the test's own time limit bounds the wait. */
  async settled(id: string): Promise<EventView> {
    for (;;) {
      const event = await this.event(id);
      if (event.status !== 'RECEIVED') return event;
      await delay(POLL_MS);
    }
  }
}

async function spawnMain(dataDir: string, environment: Readonly<Record<string, string>>): Promise<Started> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: dataDir,
      ADMIN_API_KEYS: ADMIN_KEY,
      SECRETS_KEY,
      LOG_LEVEL: 'silent',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Output = { log: '', words: '' };
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output.log += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.words += chunk.toString();
      const address = /listens on (http\S+)/.exec(output.words)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => {
      reject(new Error(`exited with ${String(code)} before it listened: ${output.log}${output.words}`));
    });
  });
  return { child, url, output };
}
