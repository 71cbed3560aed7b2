import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A configured sender. */
@Entity('sources')
export class SourceEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  @Column({ type: 'varchar', length: 64 })
  provider!: string;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** JSON of AccessRules; null where it asks for the signature alone. */
  @Column({ type: 'longtext', nullable: true })
  access!: string | null;

  /** JSON of Custom, where its provider is an own one. */
  @Column({ type: 'longtext', nullable: true })
  custom!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
