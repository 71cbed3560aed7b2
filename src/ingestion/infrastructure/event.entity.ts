import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EventStatus, ReplayScope } from '../domain/event-status.js';

/** The narrow row of an event, which lists and updates touch; its bytes are in {@link EventPayloadEntity}. */
@Entity('events')
@Index('ix_events_status', ['status', 'id'])
@Index('ix_events_source', ['source', 'id'])
@Index('ix_events_type', ['type', 'id'])
@Index('ix_events_lane', ['source', 'orderingKey', 'status', 'position', 'id'])
export class EventEntity {
  /** UUID v7, so ids sort by arrival. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  source!: string;

  @Column({ type: 'varchar', length: 64 })
  provider!: string;

  @Column({ type: 'varchar', length: 255 })
  type!: string;

  @Column({ type: 'varchar', length: 16 })
  status!: EventStatus;

  @Column({ name: 'idempotency_key', type: 'varchar', length: 255 })
  idempotencyKey!: string;

  @Column({ name: 'ordering_key', type: 'varchar', length: 255, nullable: true })
  orderingKey!: string | null;

  /** What orders it among the events of its key: the provider's sequence, or the time in milliseconds at which it happened. */
  @Column({ type: 'bigint', transformer: { to: (value: number) => value, from: Number } })
  position!: number;

  @Column({ name: 'occurred_at', type: 'datetime', precision: 3, nullable: true })
  occurredAt!: Date | null;

  @Column({ name: 'received_at', type: 'datetime', precision: 3 })
  receivedAt!: Date;

  @Column({ name: 'processed_at', type: 'datetime', precision: 3, nullable: true })
  processedAt!: Date | null;

  @Column({ name: 'failed_at', type: 'datetime', precision: 3, nullable: true })
  failedAt!: Date | null;

  /** Who has it: 'queue', a worker's name, or null when it waits for its time. See docs/adr/0003. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  holder!: string | null;

  /** When the relay may hand it to the queue again; null once nothing is left to do. */
  @Index('ix_events_due_at')
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt!: Date | null;

  /** How often a worker took it up and left nothing behind. */
  @Column({ type: 'int', default: 0 })
  claims!: number;

  /** 0 for the original delivery, then one more for each replay. */
  @Column({ type: 'int', default: 0 })
  run!: number;

  /** What a replay runs again: every operation, or those that have not succeeded; null for the original delivery. */
  @Column({ name: 'replay_scope', type: 'varchar', length: 8, nullable: true })
  replayScope!: ReplayScope | null;

  /** Whether there may be attempts or holds that a worker has to know of. */
  @Column({ name: 'has_history', type: 'boolean', default: false })
  hasHistory!: boolean;

  /** No handler takes its type. */
  @Column({ type: 'boolean', default: false })
  unhandled!: boolean;

  /** Its body is not what its provider sends, so no handler was run on it. */
  @Column({ type: 'boolean', default: false })
  malformed!: boolean;

  /** Why it is FAILED or will be tried again. */
  @Column({ name: 'last_error', type: 'varchar', length: 1000, nullable: true })
  lastError!: string | null;

  /** When a person has given it up; it is FAILED then, and no dead letter any more. */
  @Column({ name: 'discarded_at', type: 'datetime', precision: 3, nullable: true })
  discardedAt!: Date | null;

  @Column({ name: 'discard_reason', type: 'varchar', length: 1000, nullable: true })
  discardReason!: string | null;

  /** The secret that its signature was verified with; null for events from before that was kept. */
  @Column({ name: 'secret_id', type: 'char', length: 36, nullable: true })
  secretId!: string | null;
}
