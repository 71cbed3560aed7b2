import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { fromSqlTime } from '../platform/database/sql-database.js';

const time = (name: string, isNullable = false): TableColumnOptions => ({
  name,
  type: 'datetime',
  precision: 3,
  isNullable,
});

/** Any number of secrets for a source, in a table of their own, and by which of them an event was verified. */
export class SourceSecrets1795000000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(new Table(TABLE), true);
    if (await queryRunner.hasColumn('sources', 'secret')) {
      await takeOver(queryRunner);
      await queryRunner.query('ALTER TABLE sources DROP COLUMN secret');
    }
    // By hand: on SQLite the object mapper would copy the table.
    if (!(await queryRunner.hasColumn('events', 'secret_id'))) {
      await queryRunner.query('ALTER TABLE events ADD COLUMN secret_id char(36) NULL');
    }
  }

  /** A source keeps the newest of its signing secrets that is not revoked; what else there was is lost. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events DROP COLUMN secret_id');
    await queryRunner.query("ALTER TABLE sources ADD COLUMN secret varchar(1024) NOT NULL DEFAULT ''");
    await queryRunner.query(
      `UPDATE sources SET secret = COALESCE((SELECT value FROM source_secrets
         WHERE source = sources.name AND purpose = 'signature' AND value IS NOT NULL ORDER BY id DESC LIMIT 1), '')`,
    );
    await queryRunner.dropTable('source_secrets');
  }
}

/** The ciphertexts stay as they are. Where an earlier start was cut off on MySQL, some are there already. */
async function takeOver(queryRunner: QueryRunner): Promise<void> {
  const sources = (await queryRunner.query('SELECT name, created_at FROM sources')) as {
    readonly name: string;
    readonly created_at: unknown;
  }[];
  for (const { name, created_at } of sources) {
    // Ids sort by age.
    const id = uuidV7({ msecs: fromSqlTime(created_at)?.getTime() ?? 0 });
    await queryRunner.query(
      `INSERT INTO source_secrets (id, source, purpose, value, created_at)
       SELECT ?, name, 'signature', secret, created_at FROM sources
       WHERE name = ? AND NOT EXISTS (SELECT 1 FROM source_secrets WHERE source = ?)`,
      [id, name, name],
    );
  }
}

const TABLE = {
  name: 'source_secrets',
  columns: [
    { name: 'id', type: 'char', length: '36', isPrimary: true },
    { name: 'source', type: 'varchar', length: '64' },
    { name: 'purpose', type: 'varchar', length: '16' },
    { name: 'value', type: 'varchar', length: '1024', isNullable: true },
    time('created_at'),
    time('last_used_at', true),
    time('expires_at', true),
    time('revoked_at', true),
  ],
  indices: [{ name: 'ix_source_secrets_source', columnNames: ['source', 'purpose'] }],
};
