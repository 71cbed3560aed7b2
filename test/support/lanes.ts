import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { IncomingEvent } from '../../src/ingestion/domain/incoming-event.js';
import type { HandlerRules } from '../../src/processing/domain/handler-rules.js';
import { type Lane, laneOf } from '../../src/processing/domain/lane.js';
import {
  type Settled,
  type Settlement,
  settlement as settle,
} from '../../src/processing/domain/settlement.js';
import type { ClaimedTurn, RulesOf } from '../../src/processing/infrastructure/lanes/turn-store.js';
import type { DatabaseKind } from './databases.js';
import { attemptAt, incoming, openStores, type TestStores, type WorkerStores } from './stores.js';

/** How long the handler of `paid` waits for a `created`. */
export const WITHIN_MS = 60_000;
export const ONE = { most: 1, takesSuspects: false };
export const MANY = { most: 64, takesSuspects: false };

function rule(name: string, change: Partial<HandlerRules> = {}): HandlerRules {
  return {
    name,
    retry: { attempts: 3, backoffMs: 1000 },
    ...{ timeoutMs: 1000, laterWithinMs: 1000, serial: true, requires: null, supersede: false },
    ...{ concurrency: null, ratePerSecond: null, breaker: null },
    ...change,
  };
}

/** By type of event, the serial handlers that take it. */
export const HANDLERS: Readonly<Record<string, readonly HandlerRules[]>> = {
  noted: [rule('Noted')],
  created: [rule('Created')],
  state: [rule('State', { supersede: true })],
  paid: [rule('Paid', { requires: { types: ['created'], withinMs: WITHIN_MS, whenMissing: 'fail' } })],
  plain: [],
};
export const rulesOf: RulesOf = ({ type }) => HANDLERS[type] ?? null;
export const createdIsPlain: RulesOf = (event) => (event.type === 'created' ? [] : rulesOf(event));

export function laneNamed(orderingKey: string): Lane {
  const named = laneOf({ source: 'store', orderingKey });
  if (!named) throw new Error('no lane');
  return named;
}

export const idsOf = (taken: readonly ClaimedTurn[]): string[] =>
  taken.map(({ claimed }) => claimed.event.id);

/** What a test finds: two workers on a database, and a lane that nobody has used. */
export interface LaneScene {
  readonly stores: TestStores;
  readonly mine: WorkerStores;
  readonly theirs: WorkerStores;
  readonly lane: Lane;
}

interface EventRow {
  readonly status: string;
  readonly holder: string | null;
  readonly claims: number;
  readonly dueIn: number | null;
}

/** Opens a database for a suite, with a lane for each of its tests; gives what these do with events of their lane. */
export function lanesOn(kind: DatabaseKind) {
  let stores: TestStores;
  let mine: WorkerStores;
  let theirs: WorkerStores;
  let lanes = 0;
  let lane: Lane;

  beforeAll(async () => {
    stores = await openStores(kind);
    mine = stores.worker();
    theirs = stores.worker();
  });

  afterAll(async () => {
    await stores.stop();
  });

  beforeEach(() => {
    lane = laneNamed(`lane ${(lanes += 1)}`);
    // What an earlier test has left in somebody's hands.
    stores.clock.time += 10 * stores.config.LEASE_MS;
  });

  const scene = (): LaneScene => ({ stores, mine, theirs, lane });

  /** Accepts an event of the lane. */
  async function accept(
    type: string,
    position: number,
    change: Partial<IncomingEvent> = {},
  ): Promise<string> {
    const { orderingKey } = lane;
    const event = incoming(stores.clock, { type, position, orderingKey, ...change });
    await stores.events.accept(event);
    return event.id;
  }

  async function claimed(id: string, worker: WorkerStores = mine): Promise<string> {
    expect(await worker.claims.claim(id)).not.toBeNull();
    return id;
  }

  const waitsForTurn = (id: string, change: Partial<Settlement> = {}): Settlement =>
    settle(id, 'RECEIVED', { entersLane: lane, hasWorked: false, ...change });

  /** Has an event claimed as the queue delivers it, and settled as one that waits for its turn. */
  async function enter(id: string, worker: WorkerStores = mine): Promise<Settled> {
    expect(await worker.claims.claim(id)).not.toBeNull();
    return worker.settlements.settle(waitsForTurn(id));
  }

  async function turns(worker: WorkerStores, wanted = MANY, of = lane): Promise<readonly ClaimedTurn[]> {
    return (await worker.turns.takeTurns(of, rulesOf, wanted)).turns;
  }

  /** A turn's event is done: PROCESSED, by the handler named. */
  const done = (
    worker: WorkerStores,
    id: string,
    handler: string,
    change: Partial<Settlement> = {},
  ): Promise<Settled> =>
    worker.settlements.settle(
      settle(id, 'PROCESSED', { attempts: [attemptAt(stores.clock, id, { handler })], ...change }),
    );

  const laneRow = async (of = lane): Promise<{ holder: string | null; due: unknown } | undefined> => {
    const rows = await stores.dataSource.query<{ holder: string | null; due: unknown }[]>(
      'SELECT holder, due_at AS due FROM lanes WHERE id = ?',
      [of.id],
    );
    return rows[0];
  };

  /** An event's row, its time as milliseconds from now. */
  async function eventRow(id: string): Promise<EventRow | undefined> {
    const rows = await stores.dataSource.query<(EventRow & { due: string | Date | null })[]>(
      'SELECT status, holder, claims, due_at AS due FROM events WHERE id = ?',
      [id],
    );
    return rows.map(({ due, status, holder, claims }) => ({
      ...{ status, holder, claims },
      dueIn: due === null ? null : timeOf(due) - stores.clock.time,
    }))[0];
  }

  const timeOf = (value: string | Date): number =>
    value instanceof Date ? value.getTime() : Date.parse(`${value.replace(' ', 'T')}Z`);

  return { scene, accept, claimed, waitsForTurn, enter, turns, done, laneRow, eventRow };
}
