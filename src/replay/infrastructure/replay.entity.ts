import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import type { ReplayStatus } from '../domain/replay.js';

/** A replay of all events that a filter lets through. */
@Entity('replays')
export class ReplayEntity {
  /** UUID v7, of the time at which its events were counted. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  /** When its events were counted. */
  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** JSON. */
  @Column({ type: 'longtext' })
  filter!: string;

  @Column({ type: 'varchar', length: 8 })
  scope!: ReplayScope;

  @Column({ name: 'rate_per_second', type: 'int' })
  ratePerSecond!: number;

  /** The last event that it is about. */
  @Column({ name: 'up_to', type: 'char', length: 36, nullable: true })
  upTo!: string | null;

  /** Events that were counted. */
  @Column({ type: 'int' })
  total!: number;

  @Column({ type: 'varchar', length: 16 })
  status!: ReplayStatus;

  /** The last event that it has gone past. */
  @Column({ name: 'cursor_id', type: 'char', length: 36, nullable: true })
  cursor!: string | null;

  @Column({ type: 'int', default: 0 })
  replayed!: number;

  @Column({ type: 'int', default: 0 })
  skipped!: number;

  @Column({ name: 'started_at', type: 'datetime', precision: 3 })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'datetime', precision: 3, nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'cancelled_at', type: 'datetime', precision: 3, nullable: true })
  cancelledAt!: Date | null;

  /** The worker that runs it, or null. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  holder!: string | null;

  /** When any worker may take it: the end of the holder's lease; null once it has ended. */
  @Index('ix_replays_due_at')
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt!: Date | null;
}
