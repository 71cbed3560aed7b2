import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request to a source that was refused; of each source the newest are kept. */
@Entity('source_rejections')
export class SourceRejectionEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  source!: string;

  /** UUID v7, so ids sort by time. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ type: 'varchar', length: 32 })
  reason!: string;

  @Column({ type: 'varchar', length: 255 })
  detail!: string;

  @Column({ name: 'remote_address', type: 'varchar', length: 45, nullable: true })
  remoteAddress!: string | null;

  /** JSON. */
  @Column({ name: 'header_names', type: 'longtext' })
  headerNames!: string;

  @Column({
    type: 'bigint',
    nullable: true,
    transformer: {
      to: (value: number | null) => value,
      from: (value: unknown) => (value === null ? null : Number(value)),
    },
  })
  size!: number | null;
}
