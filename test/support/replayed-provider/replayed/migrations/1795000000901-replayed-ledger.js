import { Table } from 'typeorm';

/** No key: a row written twice must be seen twice. */
export class ReplayedLedger1795000000901 {
  name = 'ReplayedLedger1795000000901';

  async up(queryRunner) {
    await queryRunner.createTable(
      new Table({
        name: 'replayed_ledger',
        columns: [
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'handler', type: 'varchar', length: '32' },
        ],
      }),
    );
  }

  async down(queryRunner) {
    await queryRunner.dropTable('replayed_ledger');
  }
}
