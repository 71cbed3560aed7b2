import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { github, sign } from 'hookwell/signatures';
import type { Hookwell } from './hookwell.js';
import { until } from './load.js';

const SOURCE = 'ordered';
const SECRET = 'a secret of the ordered provider';

/** What an event is about, what orders it, and what its handlers do; see test/support/scripted-provider/ordered. */
export interface OrderedEvent {
  readonly key: string;
  readonly type: 'step' | 'created' | 'paid' | 'paid.or.failed' | 'paid.or.run' | 'state' | 'other';
  readonly sequence: number;
  readonly does?: 'OK' | 'TX' | 'HANG' | 'FAIL' | 'REJECT' | 'LATER' | 'KILL';
  /** The one handler that does so; the others succeed. */
  readonly by?: string;
  /** The provider's id; a random one where there is none. */
  readonly id?: string;
}

/** The begin or the end of an attempt, as its handler has marked it. */
export interface Mark {
  readonly mark: 'begin' | 'end';
  readonly handler: string;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly sequence: number;
  /** In milliseconds. */
  readonly at: number;
  readonly pid: number;
}

export async function createOrderedSource(hookwell: Hookwell): Promise<void> {
  const body = { name: SOURCE, provider: 'ordered', secret: SECRET };
  const response = await hookwell.admin('/sources', { method: 'POST', body });
  if (response.status !== 201) throw new Error(`source not made: ${await response.text()}`);
}

/** Posts one event and gives its id, once it is accepted. */
export async function postOrdered(hookwell: Hookwell, event: OrderedEvent): Promise<string> {
  const { id = randomUUID() } = event;
  const rawBody = Buffer.from(JSON.stringify({ does: 'OK', ...event, id }));
  const headers = {
    'content-type': 'application/json',
    ...sign(github, { id, now: new Date(), rawBody }, SECRET),
  };
  const response = await hookwell.post(SOURCE, rawBody, headers);
  if (!response.ok) throw new Error(`not accepted: ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

/** What handlers have marked in a folder, in the order of time. */
export class Marks {
  constructor(private readonly folder: string) {}

  /** Marks of one key, of all handlers but the plain one, which does not wait, or of the one named. */
  of(key: string, handler?: string): Mark[] {
    const file = join(this.folder, 'marks.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines
      .map((line) => JSON.parse(line) as Mark)
      .filter((mark) => mark.key === key)
      .filter((mark) => (handler === undefined ? mark.handler !== 'Plain' : mark.handler === handler));
  }

  /** The attempts of one key in the order in which they began, as `type sequence`. */
  begun(key: string, handler?: string): string[] {
    return this.of(key, handler)
      .filter(({ mark }) => mark === 'begin')
      .map(({ type, sequence }) => `${type} ${sequence}`);
  }

  /** Events of a key of which one was begun while another was under way; none where they took turns. */
  overlaps(key: string): string[] {
    const underWay = new Map<string, string>();
    return this.of(key).flatMap(({ mark, id, handler, type, sequence }) => {
      const others = [...underWay.values()].filter((other) => other !== id);
      if (mark === 'end') underWay.delete(`${id} ${handler}`);
      else underWay.set(`${id} ${handler}`, id);
      return mark === 'begin' && others.length > 0 ? [`${type} ${sequence}`] : [];
    });
  }

  /** Resolves when a hanging handler has begun. */
  async started(id: string): Promise<void> {
    await until(() => existsSync(join(this.folder, `${id}.started`)));
  }

  /** Lets a hanging handler go on. */
  go(id: string): void {
    writeFileSync(join(this.folder, `${id}.go`), '');
  }
}
