import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class StripePayments1795000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'stripe_payments',
        columns: [
          { name: 'id', type: 'varchar', length: '255', isPrimary: true },
          { name: 'amount_received', type: 'bigint' },
          { name: 'currency', type: 'varchar', length: '8' },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('stripe_payments');
  }
}
