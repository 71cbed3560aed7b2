import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class StripeInvoices1795000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'stripe_invoices',
        columns: [
          { name: 'id', type: 'varchar', length: '255', isPrimary: true },
          { name: 'status', type: 'varchar', length: '32' },
          { name: 'amount_due', type: 'bigint' },
          { name: 'currency', type: 'varchar', length: '8' },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('stripe_invoices');
  }
}
