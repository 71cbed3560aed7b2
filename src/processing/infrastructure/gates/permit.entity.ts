import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One operation's place at a gate with a limit. Kept for a second after its start, for what starts is counted too. */
@Entity('permits')
@Index('ix_permits_gate', ['gate'])
@Index('ix_permits_event', ['eventId'])
export class PermitEntity {
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 160 })
  gate!: string;

  @Column({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @Column({ type: 'varchar', length: 128 })
  handler!: string;

  /** The worker that runs the operation; null while the place is kept for one that was let through. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  holder!: string | null;

  @Column({ name: 'started_at', type: 'datetime', precision: 3 })
  startedAt!: Date;

  /** When the place is free again, unless it is renewed by then. */
  @Column({ name: 'lease_end', type: 'datetime', precision: 3 })
  leaseEnd!: Date;
}
