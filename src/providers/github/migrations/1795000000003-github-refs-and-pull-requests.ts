import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class GithubRefsAndPullRequests1795000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'github_refs',
        columns: [
          { name: 'repository', type: 'varchar', length: '255', isPrimary: true },
          { name: 'ref', type: 'varchar', length: '255', isPrimary: true },
          { name: 'head', type: 'varchar', length: '64', isNullable: true },
          { name: 'pushed_by', type: 'varchar', length: '255' },
          { name: 'pushed_at', type: 'datetime', precision: 3 },
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: 'github_pull_requests',
        columns: [
          { name: 'repository', type: 'varchar', length: '255', isPrimary: true },
          { name: 'number', type: 'integer', isPrimary: true },
          { name: 'state', type: 'varchar', length: '16' },
          { name: 'merged', type: 'boolean' },
          { name: 'title', type: 'varchar', length: '1024' },
          { name: 'updated_at', type: 'datetime', precision: 3 },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('github_pull_requests');
    await queryRunner.dropTable('github_refs');
  }
}
