import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { github, sign } from 'hookwell/signatures';
import { type DatabaseReader } from './database-reader.js';
import type { Hookwell } from './hookwell.js';

export const SCRIPTED_SOURCE = 'scripted';
export const SCRIPTED_SECRET = 'a secret of the scripted provider';
const POLL_MS = 50;

/** What the handler is to do with an event; see test/support/scripted-provider. */
export type Script =
  | ('OK' | 'ERROR' | 'REJECT' | 'LATER' | 'HANG' | 'KILL' | 'TX' | 'TX_KILL' | 'HOLD')
  | ('NARROW' | 'PACED' | 'TURN' | 'MUTE' | 'FRAGILE')
  | ('HUGE' | 'ODD' | 'NOTHING' | 'STRAY' | 'PAIR' | 'MEET' | 'SILENT' | 'UNHEARD_OF');

/** What an event was answered with. */
export interface Answer {
  readonly key: string;
  /** 0 where there was no answer at all. */
  readonly status: number;
  readonly retryAfter: string | null;
  /** The event's id, where it was accepted. */
  readonly id: string | null;
}

/** Makes the scripted source known to an installation. */
export async function createScriptedSource(hookwell: Hookwell): Promise<void> {
  const response = await hookwell.admin('/sources', {
    method: 'POST',
    body: { name: SCRIPTED_SOURCE, provider: 'scripted', secret: SCRIPTED_SECRET },
  });
  if (response.status !== 201) throw new Error(`source not made: ${await response.text()}`);
}

/** Posts one signed event. Never rejects: no answer is an answer too. */
export async function postScript(
  hookwell: Hookwell,
  script: Script,
  {
    key = randomUUID(),
    ...rest
  }: { key?: string; times?: number; companion?: 'OK' | 'REJECT' | 'LATER'; orderingKey?: string } = {},
): Promise<Answer> {
  const rawBody = Buffer.from(JSON.stringify({ id: key, script, times: 0, ...rest }));
  const headers = {
    'content-type': 'application/json',
    ...sign(github, { id: key, now: new Date(), rawBody }, SCRIPTED_SECRET),
  };
  try {
    const response = await hookwell.post(SCRIPTED_SOURCE, rawBody, headers);
    const body = (await response.json()) as { id?: string };
    return {
      key,
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      id: response.status === 200 ? (body.id ?? null) : null,
    };
  } catch {
    return { key, status: 0, retryAfter: null, id: null };
  }
}

/** Senders that post one event after the other, until they are stopped or have posted enough. */
export class Load {
  readonly answers: Answer[] = [];
  private stopped = false;
  private posted = 0;
  private readonly senders: readonly Promise<void>[];

  constructor(
    private readonly hookwell: Hookwell,
    private readonly options: {
      /** What the n-th event does. */
      readonly script: (n: number) => Script;
      readonly senders: number;
      /** Events after which the load ends by itself. */
      readonly most: number;
    },
  ) {
    this.senders = Array.from({ length: options.senders }, () => this.send());
  }

  /** Ids of the events answered 200. */
  get accepted(): string[] {
    return this.answers.flatMap(({ id }) => id ?? []);
  }

  get refused(): Answer[] {
    return this.answers.filter(({ status }) => status !== 200);
  }

  /** Resolves once so many more events have been answered as wanted. */
  async further(count: number, wanted: (answer: Answer) => boolean = ({ id }) => id !== null): Promise<void> {
    const goal = this.answers.filter(wanted).length + count;
    await until(() => {
      if (this.posted >= this.options.most) throw new Error('the load ended before its goal');
      return this.answers.filter(wanted).length >= goal;
    });
  }

  /** Stops the senders and waits for the answers still to come. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.senders);
  }

  /** Waits until everything is posted. */
  async done(): Promise<void> {
    await Promise.all(this.senders);
  }

  private async send(): Promise<void> {
    while (!this.stopped && this.posted < this.options.most) {
      this.posted += 1;
      const answer = await postScript(this.hookwell, this.options.script(this.posted));
      this.answers.push(answer);
      // A server that is away refuses at once; the senders come back as real ones would, a little later.
      if (answer.status === 0) await delay(POLL_MS);
    }
  }
}

/** Resolves once the condition holds; the test's own time limit bounds the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(POLL_MS);
}

/** Resolves once no event of the installation is under way. */
export async function nothingUnderWay(read: DatabaseReader): Promise<void> {
  await until(async () => {
    const rows = await read<{ id: string }>("SELECT id FROM events WHERE status = 'RECEIVED' LIMIT 1");
    return rows.length === 0;
  });
}

/** What became of accepted events; all three lists are empty where promise P1 was kept. */
export interface Broken {
  readonly missing: string[];
  readonly notProcessed: string[];
  /** Operations that have not exactly one success. */
  readonly notOnce: string[];
}

/** Waits until nothing is under way, then holds every accepted event against the database. */
export async function brokenPromises(read: DatabaseReader, accepted: readonly string[]): Promise<Broken> {
  await nothingUnderWay(read);
  const events = await read<{ id: string; status: string }>('SELECT id, status FROM events');
  const statuses = new Map(events.map(({ id, status }) => [id, status]));
  const successes = await read<{ event_id: string; successes: number }>(
    `SELECT event_id, COUNT(*) AS successes FROM attempts WHERE outcome = 'SUCCEEDED' GROUP BY event_id, run, handler`,
  );
  const counts = new Map(successes.map((row) => [row.event_id, row.successes]));
  return {
    missing: accepted.filter((id) => !statuses.has(id)),
    notProcessed: accepted.filter((id) => statuses.has(id) && statuses.get(id) !== 'PROCESSED'),
    notOnce: accepted.filter((id) => counts.get(id) !== 1),
  };
}

export const KEPT: Broken = { missing: [], notProcessed: [], notOnce: [] };
