import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditOutcome } from '../domain/audit-entry.js';

/** One admin command: who, when, what, on what, and what came of it. */
@Entity('audit_log')
@Index('ix_audit_log_key_id', ['keyId', 'id'])
@Index('ix_audit_log_command', ['command', 'id'])
export class AuditLogEntity {
  /** UUID v7, so ids sort by time. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ name: 'key_id', type: 'varchar', length: 32 })
  keyId!: string;

  @Column({ type: 'varchar', length: 64 })
  command!: string;

  @Column({ type: 'varchar', length: 255, nullable: true })
  target!: string | null;

  /** JSON. */
  @Column({ type: 'longtext' })
  details!: string;

  @Column({ type: 'varchar', length: 16 })
  outcome!: AuditOutcome;

  @Column({ type: 'int', nullable: true })
  affected!: number | null;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  error!: string | null;
}
