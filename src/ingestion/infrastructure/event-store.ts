import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { NaturalBatcher } from '../../platform/batching/natural-batcher.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import {
  rowPlaceholders,
  SqlDatabase,
  sqlList,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import { idempotencyDigest } from '../../idempotency/idempotency-digest.js';
import type { Acceptance, IncomingEvent } from '../domain/incoming-event.js';

const KEY_COLUMN = 255;
const MEBIBYTE = 1024 * 1024;
/** Node takes no longer request line and headers. */
const HEADERS_BYTES = 16 * 1024;

/**
 * Stores events durably. Events that arrive together are committed together; each caller learns its own event's outcome when
 * the commit is back. Only then does the batch go to the queue, off the callers' way.
 */
@Injectable()
export class EventStore {
  private readonly batcher: NaturalBatcher<IncomingEvent, Acceptance>;

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {
    this.batcher = new NaturalBatcher(
      {
        batchSize: 128,
        inFlight: 2,
        waiting: 5000,
        weight: {
          of: ({ body }) => body.length + HEADERS_BYTES,
          // A batch is one statement for each table, and each has to fit in a packet.
          most: Math.min(4 * MEBIBYTE, database.largestValue),
          waiting: 256 * MEBIBYTE,
        },
        patienceMs: config.ACCEPT_TIMEOUT_MS,
        isFaultOfItem: (error) => database.isFaultOfData(error),
      },
      (events) => this.storeBatch(events),
    );
  }

  /**
   * Resolves once the event is committed. Rejects when that is not certain: the sender has to send it again, and where it was stored
   * after all that one is a repeat.
   */
  accept(event: IncomingEvent): Promise<Acceptance> {
    return this.batcher.add(event);
  }

  private async storeBatch(events: readonly IncomingEvent[]): Promise<Acceptance[]> {
    const acceptances = await this.database.transaction(async (session) => {
      const claimed = await this.claimKeys(session, events);
      await this.insertEvents(
        session,
        events.filter((_, index) => claimed[index]?.duplicate === false),
      );
      return claimed;
    });
    this.metrics.batchSize.observe(events.length);
    void this.queue.handOver(acceptances.filter(({ duplicate }) => !duplicate).map(({ id }) => id));
    return acceptances;
  }

  /** Claims each event's key, counting repeats; a taken key makes its event a duplicate of the first one. */
  private async claimKeys(session: SqlSession, events: readonly IncomingEvent[]): Promise<Acceptance[]> {
    const keyed = events.map((event) => ({
      event,
      digest: idempotencyDigest(event.source, event.idempotencyKey),
    }));
    // One order for everyone, so that two batches with the same keys cannot deadlock.
    const { onTakenKey, inserted, repeatsShowInCount } = this.database.dialect;
    const sorted = keyed.toSorted((a, b) => a.digest.compare(b.digest));
    const changes = await session.run(
      `INSERT INTO idempotency_keys (digest, source, idempotency_key, event_id, first_seen_at, last_seen_at, times_seen)
       VALUES ${rowPlaceholders(sorted.length, 7)}
       ${onTakenKey('digest')} times_seen = times_seen + 1, last_seen_at = ${inserted('last_seen_at')}`,
      sorted.flatMap(({ event, digest }) => {
        const seen = toSqlTime(event.receivedAt);
        return [digest, event.source, event.idempotencyKey.slice(0, KEY_COLUMN), event.id, seen, seen, 1];
      }),
    );
    if (repeatsShowInCount && changes === events.length) {
      return events.map(({ id }) => ({ id, duplicate: false }));
    }
    const digests = sqlList(sorted.map(({ digest }) => digest));
    const rows = await session.all(
      `SELECT digest, event_id FROM idempotency_keys WHERE digest IN (${digests.placeholders})`,
      digests.values,
    );
    const owners = new Map(
      rows.map((row) => [(row['digest'] as Buffer).toString('hex'), row['event_id'] as string]),
    );
    return keyed.map(({ event, digest }) => {
      const owner = owners.get(digest.toString('hex'));
      if (owner === undefined)
        throw new Error(`idempotency key of event ${event.id} is missing after its claim`);
      return { id: owner, duplicate: owner !== event.id };
    });
  }

  private async insertEvents(session: SqlSession, events: readonly IncomingEvent[]): Promise<void> {
    if (events.length === 0) return;
    await session.run(
      `INSERT INTO events (id, source, provider, type, status, idempotency_key, ordering_key, position, occurred_at, received_at, holder, due_at, secret_id)
       VALUES ${rowPlaceholders(events.length, 13)}`,
      events.flatMap((event) => [
        event.id,
        event.source,
        event.provider,
        event.type,
        'RECEIVED',
        event.idempotencyKey.slice(0, KEY_COLUMN),
        event.orderingKey,
        event.position,
        event.occurredAt && toSqlTime(event.occurredAt),
        toSqlTime(event.receivedAt),
        'queue',
        toSqlTime(this.dueAfterHandover(event.receivedAt)),
        event.secretId,
      ]),
    );
    await session.run(
      `INSERT INTO event_payloads (event_id, url, headers, body) VALUES ${rowPlaceholders(events.length, 4)}`,
      events.flatMap((event) => [event.id, event.url, JSON.stringify(event.headers), event.body]),
    );
  }

  /** While the queue is away the relay may take the event as soon as it is back; else only when the queue seems to have lost it. */
  private dueAfterHandover(receivedAt: Date): Date {
    return this.queue.available ? new Date(receivedAt.getTime() + this.config.LEASE_MS) : receivedAt;
  }
}
