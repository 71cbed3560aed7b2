import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Remembers that a source has sent an event, and how often. */
@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  /** SHA-256 over source and key: exact, of one length, and free of any collation's idea of equal. */
  @PrimaryColumn({ type: 'binary', length: 32 })
  digest!: Buffer;

  @Column({ type: 'varchar', length: 64 })
  source!: string;

  /** As the provider spelled it, for people; cut to the column's length. */
  @Column({ name: 'idempotency_key', type: 'varchar', length: 255 })
  idempotencyKey!: string;

  @Column({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @Column({ name: 'first_seen_at', type: 'datetime', precision: 3 })
  firstSeenAt!: Date;

  @Column({ name: 'last_seen_at', type: 'datetime', precision: 3 })
  lastSeenAt!: Date;

  @Column({ name: 'times_seen', type: 'int', default: 1 })
  timesSeen!: number;
}
