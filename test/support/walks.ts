import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Posted, Staged, Step } from './staged.js';
import type { StateWatch } from './state-watch.js';

const GATES = ['PAUSE', 'BREAKER', 'LIMIT'] as const;
/** A gate that holds what comes to it. */
export type Gate = (typeof GATES)[number];
/** Where an operation waits to be taken up. */
type From = Gate | 'NEW' | 'RETRYING' | 'LATER' | 'PREREQUISITE';
/** Where an operation that is taken up goes; LOST: its commit does not come through, where there is a server to lose it. */
export type Goal = Gate | 'SUCCEEDED' | 'RETRYING' | 'LATER' | 'FAILED' | 'DROPPED' | 'LOST';

const FIRST: Readonly<Partial<Record<From, readonly Step[]>>> = { RETRYING: ['FAIL'], LATER: ['LATER'] };
const LAST: Readonly<Partial<Record<Goal, Step>>> = {
  RETRYING: 'FAIL',
  LATER: 'LATER',
  FAILED: 'REJECT',
  LOST: 'CUT',
};

interface Walk {
  readonly from: From;
  readonly goal: Goal;
  readonly id: string;
  readonly key: string;
}

/** Which handler's operation walks. */
function handlerOf({ from }: Pick<Walk, 'from'>): Tripped {
  return from === 'PREREQUISITE' ? 'After' : 'Free';
}

/** Operations that are brought into every state in which they can wait, and from there to a goal. */
export class Walks {
  private occupant: Posted | undefined;

  constructor(
    private readonly staged: Staged,
    private readonly watch: StateWatch,
    private readonly goals: readonly Goal[],
  ) {}

  /** Brings one operation for each goal into each state, and then to its goal, with one gate closed or none. */
  async go(closed: Gate | null): Promise<void> {
    const waiting = [
      ...(await this.begin('RETRYING')),
      ...(await this.begin('LATER')),
      ...(await this.begin('PREREQUISITE')),
    ];
    // It is the last gate on the way, and whoever takes up its place has to pass the others.
    if (closed === 'LIMIT') await this.close('LIMIT');
    for (const gate of GATES) if (gate !== closed) await this.goFromGate(gate, closed);
    if (closed && closed !== 'LIMIT') await this.close(closed);
    await this.takeUp(waiting);
    await this.arrive(waiting);
    await this.arrive(await this.begin('NEW'));
    if (closed) await this.open(closed);
  }

  private async goFromGate(gate: Gate, closed: Gate | null): Promise<void> {
    await this.close(gate);
    const held = await this.begin(gate);
    await this.wearOut(held);
    if (closed && closed !== 'LIMIT') await this.close(closed);
    await this.open(gate);
    await this.arrive(held);
    if (closed && closed !== 'LIMIT') await this.open(closed);
  }

  private async begin(from: From): Promise<readonly Walk[]> {
    const begun: Walk[] = [];
    for (const goal of this.goals) {
      if (goal === from || (goal === 'LOST' && (from === 'NEW' || from === 'RETRYING'))) continue;
      // What was never taken up has not worn anybody out.
      if (goal === 'DROPPED' && from === 'NEW') continue;
      const key = randomUUID();
      const steps = [...(FIRST[from] ?? []), LAST[goal] ?? 'OK'];
      const what = from === 'PREREQUISITE' ? ({ type: 'after', key } as const) : ({ type: 'free' } as const);
      begun.push({ from, goal, key, id: (await this.staged.post({ ...what, steps })).id });
    }
    if (from !== 'NEW') await this.reached(begun, () => from);
    return begun;
  }

  /** Has what waits for something else than a gate go on. */
  private async takeUp(walks: readonly Walk[]): Promise<void> {
    await this.wearOut(walks);
    await this.staged.makeDue(walks.filter(({ from }) => from !== 'PREREQUISITE').map(({ id }) => id));
    for (const { from, key } of walks) {
      if (from === 'PREREQUISITE') await this.staged.post({ type: 'before', key });
    }
  }

  private async close(gate: Gate): Promise<void> {
    switch (gate) {
      case 'PAUSE':
        return this.staged.command('PUT', '/pauses/source/staged', { reason: 'as the test says' });
      case 'LIMIT':
        await this.staged.command('PUT', '/limits/source/staged', { concurrency: 1 });
        this.occupant = await this.staged.hang({ type: 'free' });
        return;
      case 'BREAKER':
        await trip(this.staged, this.watch, 'Free');
        return trip(this.staged, this.watch, 'After');
      default:
        gate satisfies never;
    }
  }

  private async open(gate: Gate): Promise<void> {
    switch (gate) {
      case 'PAUSE':
        return this.staged.command('DELETE', '/pauses/source/staged');
      case 'LIMIT':
        await this.staged.command('DELETE', '/limits/source/staged');
        if (this.occupant) this.staged.go(this.occupant);
        return;
      case 'BREAKER':
        return mend(this.staged, this.watch);
      default:
        gate satisfies never;
    }
  }

  private wearOut(walks: readonly Walk[]): Promise<void> {
    return this.staged.wearOut(walks.filter(({ goal }) => goal === 'DROPPED').map(({ id }) => id));
  }

  private arrive(walks: readonly Walk[]): Promise<void> {
    return this.reached(walks, ({ goal }) => (goal === 'LOST' ? 'SUCCEEDED' : goal));
  }

  private async reached(walks: readonly Walk[], goalOf: (walk: Walk) => string): Promise<void> {
    const expected = walks.map((walk) => `${walk.from}: ${goalOf(walk)}`);
    await expect
      .poll(async () => {
        const { now } = await this.watch.operations();
        return walks.map((walk) => `${walk.from}: ${String(now.get(`${walk.id} ${handlerOf(walk)}`))}`);
      })
      .toEqual(expected);
  }
}

/** Handlers whose breakers are tripped, and the types of events that they take. */
const TYPES = { Free: 'free', After: 'after' } as const;
type Tripped = keyof typeof TYPES;

/** Has a handler fail until its breaker is tripped, on a source of its own. */
export async function trip(staged: Staged, watch: StateWatch, handler: Tripped): Promise<void> {
  while ((await watch.observed('Breaker')).now.get(handler) !== 'OPEN') {
    const failing = await Promise.all(Array.from({ length: 6 }, () => fail(staged, handler)));
    // Not more than it takes, for those that are held would fail when the breaker is closed.
    await expect
      .poll(async () => {
        const { now } = await watch.operations();
        return failing.filter((id) => !['RETRYING', 'BREAKER'].includes(now.get(`${id} ${handler}`) ?? ''));
      })
      .toEqual([]);
  }
}

/** Posts an event, on a source of its own, of which a handler fails. */
export async function fail(staged: Staged, handler: Tripped): Promise<string> {
  return (await staged.post({ type: TYPES[handler], steps: ['FAIL'] }, 'spare')).id;
}

/** Ends the time for which breakers are open, and has their handlers succeed until all are closed. */
export async function mend(staged: Staged, watch: StateWatch): Promise<void> {
  await expect
    .poll(
      async () => {
        const { now } = await watch.observed('Breaker');
        const tripped = (['Free', 'After'] as const).filter(
          (handler) => now.has(handler) && now.get(handler) !== 'CLOSED',
        );
        if (tripped.length > 0) await staged.endBreakers();
        for (const handler of tripped) await staged.post({ type: TYPES[handler] }, 'spare');
        return tripped;
      },
      { interval: 200 },
    )
    .toEqual([]);
}
