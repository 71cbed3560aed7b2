import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const time = (name: string, isNullable = false) => ({ name, type: 'datetime', precision: 3, isNullable });

/** The table of replays of many events. */
export class Replays1795000000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'replays',
        columns: [
          { name: 'id', type: 'char', length: '36', isPrimary: true },
          time('created_at'),
          { name: 'filter', type: 'longtext' },
          { name: 'scope', type: 'varchar', length: '8' },
          { name: 'rate_per_second', type: 'integer' },
          { name: 'up_to', type: 'char', length: '36', isNullable: true },
          { name: 'total', type: 'integer' },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'cursor_id', type: 'char', length: '36', isNullable: true },
          { name: 'replayed', type: 'integer', default: '0' },
          { name: 'skipped', type: 'integer', default: '0' },
          time('started_at'),
          time('finished_at', true),
          time('cancelled_at', true),
          { name: 'holder', type: 'varchar', length: '64', isNullable: true },
          time('due_at', true),
        ],
        indices: [{ name: 'ix_replays_due_at', columnNames: ['due_at'] }],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('replays');
  }
}
