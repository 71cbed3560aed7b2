import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { GateKind } from '../../domain/gate.js';
import type { Limit } from '../../domain/limit.js';

/** A limit that an admin has set. */
@Entity('limits')
export class LimitEntity implements Limit {
  @PrimaryColumn({ type: 'varchar', length: 16 })
  kind!: GateKind;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'int', nullable: true })
  concurrency!: number | null;

  @Column({ name: 'rate_per_second', type: 'int', nullable: true })
  ratePerSecond!: number | null;
}
