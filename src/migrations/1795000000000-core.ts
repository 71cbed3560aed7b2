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
const time = (name: string, isNullable = false): TableColumnOptions => ({
  name,
  type: 'datetime',
  precision: 3,
  isNullable,
});
const count = (name: string): TableColumnOptions => ({ name, type: 'integer', default: '0' });
const flag = (name: string, byDefault: '0' | '1'): TableColumnOptions => ({
  name,
  type: 'boolean',
  default: byDefault,
});

/** The tables of events, their keys and attempts, of sources, and of the installation itself. */
export class Core1795000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // MySQL commits each table by itself: where a start was cut off, the first ones are there already.
    for (const table of TABLES) await queryRunner.createTable(new Table(table), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { name } of TABLES.toReversed()) await queryRunner.dropTable(name);
  }
}

const TABLES = [
  {
    name: 'events',
    columns: [
      id('id', { isPrimary: true }),
      text('source', 64),
      text('provider', 64),
      text('type', 255),
      text('status', 16),
      text('idempotency_key', 255),
      text('ordering_key', 255, { isNullable: true }),
      { name: 'position', type: 'bigint' },
      time('occurred_at', true),
      time('received_at'),
      time('processed_at', true),
      time('failed_at', true),
      text('holder', 64, { isNullable: true }),
      time('due_at', true),
      count('claims'),
      count('run'),
      text('replay_scope', 8, { isNullable: true }),
      flag('has_history', '0'),
      flag('unhandled', '0'),
      flag('malformed', '0'),
      text('last_error', 1000, { isNullable: true }),
      time('discarded_at', true),
      text('discard_reason', 1000, { isNullable: true }),
    ],
    indices: [
      { name: 'ix_events_status', columnNames: ['status', 'id'] },
      { name: 'ix_events_source', columnNames: ['source', 'id'] },
      { name: 'ix_events_type', columnNames: ['type', 'id'] },
      { name: 'ix_events_due_at', columnNames: ['due_at'] },
      { name: 'ix_events_lane', columnNames: ['source', 'ordering_key', 'status', 'position', 'id'] },
    ],
  },
  {
    name: 'event_payloads',
    columns: [
      id('event_id', { isPrimary: true }),
      { name: 'url', type: 'longtext' },
      { name: 'headers', type: 'longtext' },
      { name: 'body', type: 'longblob' },
    ],
  },
  {
    name: 'idempotency_keys',
    columns: [
      { name: 'digest', type: 'binary', length: '32', isPrimary: true },
      text('source', 64),
      text('idempotency_key', 255),
      id('event_id'),
      time('first_seen_at'),
      time('last_seen_at'),
      { name: 'times_seen', type: 'integer', default: '1' },
    ],
  },
  {
    name: 'attempts',
    columns: [
      id('event_id', { isPrimary: true }),
      { name: 'run', type: 'integer', isPrimary: true },
      text('handler', 128, { isPrimary: true }),
      { name: 'attempt', type: 'integer', isPrimary: true },
      text('outcome', 16),
      time('started_at'),
      { name: 'duration_ms', type: 'integer' },
      { name: 'result', type: 'longtext', isNullable: true },
      { name: 'error', type: 'longtext', isNullable: true },
      time('retry_at', true),
    ],
  },
  {
    name: 'holds',
    columns: [
      id('event_id', { isPrimary: true }),
      text('handler', 128, { isPrimary: true }),
      text('reason', 16),
      text('waits_for', 255),
      time('since'),
      time('deadline', true),
      time('due_at', true),
    ],
    indices: [{ name: 'ix_holds_reason', columnNames: ['reason', 'waits_for', 'since', 'due_at'] }],
  },
  {
    name: 'lanes',
    columns: [
      text('id', 64, { isPrimary: true }),
      text('source', 64),
      text('ordering_key', 255),
      text('holder', 64, { isNullable: true }),
      time('due_at', true),
    ],
    indices: [{ name: 'ix_lanes_due_at', columnNames: ['due_at'] }],
  },
  {
    name: 'applied_positions',
    columns: [
      text('lane_id', 64, { isPrimary: true }),
      text('handler', 128, { isPrimary: true }),
      { name: 'position', type: 'bigint' },
    ],
  },
  {
    name: 'side_effects',
    columns: [
      id('event_id', { isPrimary: true }),
      text('handler', 128, { isPrimary: true }),
      text('name', 128, { isPrimary: true }),
      { name: 'result', type: 'longtext' },
      time('succeeded_at'),
    ],
  },
  {
    name: 'sources',
    columns: [
      text('name', 64, { isPrimary: true }),
      text('provider', 64),
      text('secret', 1024),
      flag('enabled', '1'),
      time('created_at'),
    ],
  },
  { name: 'settings', columns: [text('name', 64, { isPrimary: true }), text('value', 255)] },
];
