import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { HoldReason } from '../domain/hold.js';

/** What an operation waits for, other than its next attempt or its turn. */
@Entity('holds')
@Index('ix_holds_reason', ['reason', 'waitsFor', 'since', 'dueAt'])
export class HoldEntity {
  @PrimaryColumn({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  handler!: string;

  @Column({ type: 'varchar', length: 16 })
  reason!: HoldReason;

  /** Missing event types, the handler's reason, or the gate's name. */
  @Column({ name: 'waits_for', type: 'varchar', length: 255 })
  waitsFor!: string;

  @Column({ type: 'datetime', precision: 3 })
  since!: Date;

  /** When waiting ends whatever happens. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  deadline!: Date | null;

  /** When to look again; null where something else wakes it. */
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt!: Date | null;
}
