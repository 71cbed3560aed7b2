import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call to an outside service that has succeeded, and is not made again for the event. */
@Entity('side_effects')
export class SideEffectEntity {
  @PrimaryColumn({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  handler!: string;

  /** The handler's own key for the call. */
  @PrimaryColumn({ type: 'varchar', length: 128 })
  name!: string;

  /** JSON. */
  @Column({ type: 'longtext' })
  result!: string;

  @Column({ name: 'succeeded_at', type: 'datetime', precision: 3 })
  succeededAt!: Date;
}
