import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a repository's branch or tag points to since its last push. */
@Entity('github_refs')
export class GithubRefEntity {
  /** `owner/name`. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  repository!: string;

  /** `refs/heads/main`, say. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  ref!: string;

  /** The commit, or null once the ref was deleted. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  head!: string | null;

  @Column({ name: 'pushed_by', type: 'varchar', length: 255 })
  pushedBy!: string;

  /** By GitHub's clock, in whole seconds. */
  @Column({ name: 'pushed_at', type: 'datetime', precision: 3 })
  pushedAt!: Date;
}
