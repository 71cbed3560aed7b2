import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import type { IncomingEvent } from '../../src/ingestion/domain/incoming-event.js';
import { EventStore } from '../../src/ingestion/infrastructure/event-store.js';
import { Clock } from '../../src/platform/clock.js';
import type { AppConfig } from '../../src/platform/config/config.js';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { EventQueue } from '../../src/platform/queue/event-queue.js';
import type { Attempt } from '../../src/processing/domain/attempt.js';
import { ClaimStore } from '../../src/processing/infrastructure/claim-store.js';
import { LaneStore } from '../../src/processing/infrastructure/lanes/lane-store.js';
import { LaneEntrance } from '../../src/processing/infrastructure/lanes/lane-entrance.js';
import { TurnStore } from '../../src/processing/infrastructure/lanes/turn-store.js';
import {
  type RecordedSuccess,
  SettlementStore,
} from '../../src/processing/infrastructure/settlement-store.js';
import { WorkerLease } from '../../src/processing/infrastructure/worker-lease.js';
import { builtDataSource, type DatabaseKind, migrateBuilt } from './databases.js';

/** A clock that stands still until the test moves it. */
export class HandClock extends Clock {
  time = Date.parse('2026-01-31T12:00:00.000Z');
  override now(): Date {
    return new Date(this.time);
  }
  /** So many milliseconds from now. */
  in(milliseconds: number): Date {
    return new Date(this.time + milliseconds);
  }
}

/** A queue that only remembers what it was given. */
export class NotingQueue extends EventQueue {
  readonly available = true;
  readonly handedOver: string[] = [];
  handOver(eventIds: readonly string[]): Promise<boolean> {
    this.handedOver.push(...eventIds);
    return Promise.resolve(true);
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

/** One worker's stores: it has a name of its own. */
export interface WorkerStores {
  readonly lease: WorkerLease;
  readonly claims: ClaimStore;
  readonly settlements: SettlementStore;
  readonly lanes: LaneStore;
  readonly turns: TurnStore;
  readonly entrance: LaneEntrance;
}

/** The stores on an empty database, with a clock that the test moves. */
export interface TestStores {
  readonly config: AppConfig;
  /** What reads, beside the stores' own connections. */
  readonly dataSource: DataSource;
  readonly database: SqlDatabase;
  readonly clock: HandClock;
  readonly queue: NotingQueue;
  readonly events: EventStore;
  worker(): WorkerStores;
  stop(): Promise<void>;
}

export async function openStores(kind: DatabaseKind): Promise<TestStores> {
  const made = await kind.make();
  const { config } = made;
  const dataSource = await (await builtDataSource(config)).initialize();
  await migrateBuilt(dataSource);
  const database = await made.connect(await (await builtDataSource(config)).initialize());
  const clock = new HandClock();
  const queue = new NotingQueue();
  return {
    ...{ config, dataSource, database, clock, queue },
    events: new EventStore(database, queue, config, new Metrics()),
    worker() {
      const lease = new WorkerLease(clock, config);
      const parts = [database, clock, lease] as const;
      return {
        lease,
        claims: new ClaimStore(...parts),
        settlements: new SettlementStore(...parts),
        lanes: new LaneStore(...parts),
        turns: new TurnStore(...parts),
        entrance: new LaneEntrance(database, lease),
      };
    },
    async stop() {
      await database.close();
      await dataSource.destroy();
      await made.stop();
    },
  };
}

/** What events that no request has brought were verified with. */
export const SECRET_ID = '0198c2a0-1b22-7d44-8a66-9c8d7e6f5a4b';

/** An event that arrives now, in the one lane of the one source, but for what is said. */
export function incoming(clock: Clock, change: Partial<IncomingEvent> = {}): IncomingEvent {
  return {
    id: uuidV7(),
    source: 'store',
    provider: 'test',
    type: 'thing.happened',
    idempotencyKey: randomUUID(),
    orderingKey: 'entity',
    position: 1,
    occurredAt: new Date('2026-01-31T11:59:59.123Z'),
    receivedAt: clock.now(),
    secretId: SECRET_ID,
    url: '/webhooks/store',
    headers: { 'x-one': '1', 'x-many': ['1', '2'] },
    body: Buffer.from([0, 255, 10, 13]),
    ...change,
  };
}

/** A first attempt that has succeeded, but for what is said. */
export function attemptAt(clock: Clock, eventId: string, change: Partial<Attempt> = {}): Attempt {
  return {
    eventId,
    run: 0,
    handler: 'Handler',
    attempt: 1,
    outcome: 'SUCCEEDED',
    startedAt: clock.now(),
    durationMs: 3,
    result: '{"ok":true}',
    error: null,
    retryAt: null,
    ...change,
  };
}

/** The same, as its handler's transaction records it. */
export function successAt(clock: Clock, eventId: string, change: Partial<Attempt> = {}): RecordedSuccess {
  return { attempt: attemptAt(clock, eventId, change), applied: [], endsEvent: null };
}
