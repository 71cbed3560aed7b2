import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class ShopifyOrders1795000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'shopify_orders',
        columns: [
          { name: 'id', type: 'varchar', length: '255', isPrimary: true },
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'total_price', type: 'varchar', length: '32' },
          { name: 'currency', type: 'varchar', length: '8' },
          { name: 'shipment_state', type: 'varchar', length: '16' },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('shopify_orders');
  }
}
