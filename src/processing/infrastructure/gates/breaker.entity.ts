import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TrippedBreaker } from '../../domain/breaker.js';

/** A handler's breaker that has been tripped. */
@Entity('breakers')
export class BreakerEntity implements TrippedBreaker {
  @PrimaryColumn({ type: 'varchar', length: 128 })
  handler!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: TrippedBreaker['state'];

  @Column({ name: 'opened_at', type: 'datetime', precision: 3 })
  openedAt!: Date;

  @Column({ name: 'retry_at', type: 'datetime', precision: 3 })
  retryAt!: Date;

  /** Who was let through to see whether the handler works again. */
  @Column({ type: 'char', length: 36, nullable: true })
  probe!: string | null;
}
