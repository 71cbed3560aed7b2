import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The request as it came, enough to verify its signature again. */
@Entity('event_payloads')
export class EventPayloadEntity {
  @PrimaryColumn({ name: 'event_id', type: 'char', length: 36 })
  eventId!: string;

  @Column({ type: 'longtext' })
  url!: string;

  /** JSON: names in lower case; a repeated header is a list. */
  @Column({ type: 'longtext' })
  headers!: string;

  @Column({ type: 'longblob' })
  body!: Buffer;
}
