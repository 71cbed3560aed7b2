import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** The table of admin commands. */
export class AuditLog1795000000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'audit_log',
        columns: [
          { name: 'id', type: 'char', length: '36', isPrimary: true },
          { name: 'at', type: 'datetime', precision: 3 },
          { name: 'key_id', type: 'varchar', length: '32' },
          { name: 'command', type: 'varchar', length: '64' },
          { name: 'target', type: 'varchar', length: '255', isNullable: true },
          { name: 'details', type: 'longtext' },
          { name: 'outcome', type: 'varchar', length: '16' },
          { name: 'affected', type: 'integer', isNullable: true },
          { name: 'error', type: 'varchar', length: '1000', isNullable: true },
        ],
        indices: [
          { name: 'ix_audit_log_key_id', columnNames: ['key_id', 'id'] },
          { name: 'ix_audit_log_command', columnNames: ['command', 'id'] },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('audit_log');
  }
}
