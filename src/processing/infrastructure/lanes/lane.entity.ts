import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A lane in which events wait for their turn. There is a row while there are such events. */
@Entity('lanes')
export class LaneEntity {
  /** SHA-256 of source and ordering key, in hex. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  source!: string;

  @Column({ name: 'ordering_key', type: 'varchar', length: 255 })
  orderingKey!: string;

  /** The worker that has it, or null. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  holder!: string | null;

  /** End of the holder's lease; without a holder, when somebody looks at it again. */
  @Index('ix_lanes_due_at')
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt!: Date | null;
}
