import { Table } from 'typeorm';

/** No key: a row written twice must be seen twice. */
export class ScriptedLedger1795000000900 {
  name = 'ScriptedLedger1795000000900';

  async up(queryRunner) {
    await queryRunner.createTable(
      new Table({
        name: 'scripted_ledger',
        columns: [
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'attempt', type: 'int' },
        ],
      }),
    );
  }

  async down(queryRunner) {
    await queryRunner.dropTable('scripted_ledger');
  }
}
