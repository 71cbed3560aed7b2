import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** The table of refused requests. */
export class SourceRejections1795000000017 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'source_rejections',
        columns: [
          { name: 'source', type: 'varchar', length: '64', isPrimary: true },
          { name: 'id', type: 'char', length: '36', isPrimary: true },
          { name: 'at', type: 'datetime', precision: 3 },
          { name: 'reason', type: 'varchar', length: '32' },
          { name: 'detail', type: 'varchar', length: '255' },
          { name: 'remote_address', type: 'varchar', length: '45', isNullable: true },
          { name: 'header_names', type: 'longtext' },
          { name: 'size', type: 'bigint', isNullable: true },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('source_rejections');
  }
}
