import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { GateKind } from '../../domain/gate.js';

/** What is not processed until somebody resumes it. */
@Entity('pauses')
export class PauseEntity {
  @PrimaryColumn({ type: 'varchar', length: 16 })
  kind!: GateKind;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 1000 })
  reason!: string;

  @Column({ name: 'paused_at', type: 'datetime', precision: 3 })
  pausedAt!: Date;
}
