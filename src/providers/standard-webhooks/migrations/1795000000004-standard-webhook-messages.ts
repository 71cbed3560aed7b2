import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class StandardWebhookMessages1795000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'standard_webhook_messages',
        columns: [
          { name: 'event_id', type: 'char', length: '36', isPrimary: true },
          { name: 'source', type: 'varchar', length: '64' },
          { name: 'type', type: 'varchar', length: '255' },
          { name: 'data', type: 'longtext' },
        ],
        indices: [{ name: 'ix_standard_webhook_messages_type', columnNames: ['type'] }],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('standard_webhook_messages');
  }
}
