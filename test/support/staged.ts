import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { github, sign } from 'hookwell/signatures';
import type { Hookwell } from './hookwell.js';
import { until } from './load.js';

/** The folder of the staged provider, plain JavaScript; npm runs everything from the project's root. */
export const STAGED_PROVIDERS = resolve('test/support/staged-provider');

const SECRET = 'a secret of the staged provider';
const PAST = '2000-01-01';

export type Step = 'OK' | 'TX' | 'CUT' | 'FAIL' | 'REJECT' | 'LATER' | 'HANG';

/** An event that says what becomes of it; see test/support/staged-provider. */
export interface StagedEvent {
  readonly type: 'free' | 'before' | 'after' | 'before.latest' | 'latest' | 'turn' | 'both';
  readonly key?: string;
  readonly sequence?: number;
  readonly steps?: readonly Step[];
  /** The one handler that goes by the steps; the others succeed. */
  readonly by?: 'InTurn' | 'Beside';
}

/** A posted event. */
export interface Posted {
  readonly id: string;
  /** The provider's id, which files are named by. */
  readonly name: string;
}

/** What a test does with events of the staged provider, from outside. */
export class Staged {
  constructor(
    private readonly hookwell: Hookwell,
    private readonly folder: string,
    private readonly read: (sql: string) => Promise<unknown>,
  ) {}

  async createSource(name: string): Promise<void> {
    await this.command('POST', '/sources', { name, provider: 'staged', secret: SECRET });
  }

  async post(event: StagedEvent, source = 'staged'): Promise<Posted> {
    const name = randomUUID();
    return { id: await this.postRaw(JSON.stringify({ steps: [], ...event, id: name }), source), name };
  }

  /** Posts any bytes, signed; gives the event's id. */
  async postRaw(text: string, source = 'staged'): Promise<string> {
    const rawBody = Buffer.from(text);
    const headers = { ...sign(github, { id: randomUUID(), now: new Date(), rawBody }, SECRET) };
    const response = await this.hookwell.post(source, rawBody, headers);
    if (!response.ok) throw new Error(`not accepted: ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  }

  /** An event that hangs, once it does. */
  async hang(event: StagedEvent): Promise<Posted> {
    const posted = await this.post({ ...event, steps: ['HANG', ...(event.steps ?? [])] });
    await until(() => existsSync(join(this.folder, `${posted.name}.started`)));
    return posted;
  }

  /** Lets a hanging event go on. */
  go({ name }: Posted): void {
    writeFileSync(join(this.folder, `${name}.go`), '');
  }

  /** Gives a command over HTTP. */
  async command(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    const response = await this.hookwell.admin(path, { method, body });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  discard(id: string): Promise<void> {
    return this.command('POST', `/events/${id}/discard`, { reason: 'as the test says' });
  }

  /** Makes events due, or ends the leases that they are had for. */
  async makeDue(ids: readonly string[]): Promise<void> {
    await this.read(`UPDATE events SET due_at = '${PAST}' WHERE due_at IS NOT NULL AND id IN (${list(ids)})`);
  }

  /** Makes a lane due, or ends the lease that it is had for. */
  async makeLaneDue(key: string): Promise<void> {
    await this.read(`UPDATE lanes SET due_at = '${PAST}' WHERE ordering_key = '${key}'`);
  }

  /** Ends the time for which breakers are open. */
  async endBreakers(): Promise<void> {
    await this.read(`UPDATE breakers SET retry_at = '${PAST}'`);
  }

  /** Has events count as taken ten times by workers that died. */
  async wearOut(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.read(`UPDATE events SET claims = 10 WHERE id IN (${list(ids)})`);
  }
}

function list(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(', ');
}
