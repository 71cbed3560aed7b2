import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
});
const id = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'char',
  length: '36',
  ...rest,
});
const time = (name: string): TableColumnOptions => ({ name, type: 'datetime', precision: 3 });
const optionalCount = (name: string): TableColumnOptions => ({ name, type: 'integer', isNullable: true });

/** The tables of pauses, limits and breakers, and of what runs under a limit. */
export class Steering1795000000012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.createTable(new Table(table), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { name } of TABLES.toReversed()) await queryRunner.dropTable(name);
  }
}

const KEY = [text('kind', 16, { isPrimary: true }), text('name', 128, { isPrimary: true })];

const TABLES = [
  { name: 'pauses', columns: [...KEY, text('reason', 1000), time('paused_at')] },
  { name: 'limits', columns: [...KEY, optionalCount('concurrency'), optionalCount('rate_per_second')] },
  { name: 'gates', columns: [text('name', 160, { isPrimary: true })] },
  {
    name: 'permits',
    columns: [
      id('id', { isPrimary: true }),
      text('gate', 160),
      id('event_id'),
      text('handler', 128),
      text('holder', 64, { isNullable: true }),
      time('started_at'),
      time('lease_end'),
    ],
    indices: [
      { name: 'ix_permits_gate', columnNames: ['gate'] },
      { name: 'ix_permits_event', columnNames: ['event_id'] },
    ],
  },
  {
    name: 'breakers',
    columns: [
      text('handler', 128, { isPrimary: true }),
      text('state', 16),
      time('opened_at'),
      time('retry_at'),
      id('probe', { isNullable: true }),
    ],
  },
];
