import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttemptOutcome } from '../domain/attempt.js';

/** One try of one operation. The key lets each attempt be recorded once, whoever ran it. */
@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @PrimaryColumn({ type: 'int' })
  run!: number;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  handler!: string;

  @PrimaryColumn({ type: 'int' })
  attempt!: number;

  @Column({ type: 'varchar', length: 16 })
  outcome!: AttemptOutcome;

  @Column({ name: 'started_at', type: 'datetime', precision: 3 })
  startedAt!: Date;

  @Column({ name: 'duration_ms', type: 'int' })
  durationMs!: number;

  /** JSON that the handler returned. */
  @Column({ type: 'longtext', nullable: true })
  result!: string | null;

  /** The error with its stack. */
  @Column({ type: 'longtext', nullable: true })
  error!: string | null;

  /** When the operation is tried again; null when it is not. */
  @Column({ name: 'retry_at', type: 'datetime', precision: 3, nullable: true })
  retryAt!: Date | null;
}
