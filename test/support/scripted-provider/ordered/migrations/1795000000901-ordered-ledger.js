import { Table } from 'typeorm';

/** No key: a row written twice must be seen twice. */
export class OrderedLedger1795000000901 {
  name = 'OrderedLedger1795000000901';

  async up(queryRunner) {
    await queryRunner.createTable(
      new Table({
        name: 'ordered_ledger',
        columns: [
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'handler', type: 'varchar', length: '128' },
        ],
      }),
    );
  }

  async down(queryRunner) {
    await queryRunner.dropTable('ordered_ledger');
  }
}
