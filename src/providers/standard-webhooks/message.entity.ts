import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message of any type, for senders that have no folder of their own. */
@Entity('standard_webhook_messages')
@Index('ix_standard_webhook_messages_type', ['type'])
export class StandardWebhookMessageEntity {
  /** Hookwell's id of the event. */
  @PrimaryColumn({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @Column({ type: 'varchar', length: 64 })
  source!: string;

  @Column({ type: 'varchar', length: 255 })
  type!: string;

  /** The message's `data`, as JSON. */
  @Column({ type: 'longtext' })
  data!: string;
}
