import { Table } from 'typeorm';

const ACCOUNTS = 8;

/** The ledger has no key but its own number: a row written twice must be seen twice, and rows are numbered in the order of writing. */
export class Money1795000000902 {
  name = 'Money1795000000902';

  async up(queryRunner) {
    const number = { type: queryRunner.connection.options.type === 'mysql' ? 'bigint' : 'integer' };
    await queryRunner.createTable(
      new Table({
        name: 'money_accounts',
        columns: [
          { name: 'id', type: 'int', isPrimary: true },
          { name: 'balance', type: 'bigint' },
        ],
      }),
    );
    await queryRunner.createTable(
      new Table({
        name: 'money_ledger',
        columns: [
          { name: 'id', ...number, isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'handler', type: 'varchar', length: '128' },
          { name: 'note', type: 'varchar', length: '64', isNullable: true },
        ],
      }),
    );
    for (let id = 0; id < ACCOUNTS; id += 1)
      await queryRunner.query('INSERT INTO money_accounts (id, balance) VALUES (?, 0)', [id]);
  }

  async down(queryRunner) {
    await queryRunner.dropTable('money_ledger');
    await queryRunner.dropTable('money_accounts');
  }
}
