import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RevealState, SecretPurpose } from '../domain/source-secret.js';

/** A source's secret. It stays when it no longer counts, since events tell by which one they were verified. */
@Entity('source_secrets')
@Index('ix_source_secrets_source', ['source', 'purpose'])
export class SourceSecretEntity {
  /** UUID v7, so ids sort by age. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  source!: string;

  @Column({ type: 'varchar', length: 16 })
  purpose!: SecretPurpose;

  /** Encrypted, see encryptSecret; null once it is revoked. Never another secret: that has an id of its own. */
  @Column({ type: 'varchar', length: 1024, nullable: true })
  value!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'last_used_at', type: 'datetime', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'datetime', precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** Null for one that is never shown. */
  @Column({ type: 'varchar', length: 8, nullable: true })
  reveal!: RevealState | null;
}
