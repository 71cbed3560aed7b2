import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A pull request as GitHub last told us of it. */
@Entity('github_pull_requests')
export class GithubPullRequestEntity {
  /** `owner/name`. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  repository!: string;

  @PrimaryColumn({ type: 'int' })
  number!: number;

  /** `open` or `closed`. */
  @Column({ type: 'varchar', length: 16 })
  state!: string;

  @Column({ type: 'boolean' })
  merged!: boolean;

  @Column({ type: 'varchar', length: 1024 })
  title!: string;

  /** By GitHub's clock. */
  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;
}
