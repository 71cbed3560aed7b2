import { Table } from 'typeorm';

/** What the measured handlers write. */
export class MeasuredEffects1795000000910 {
  async up(queryRunner) {
    const columns = [{ name: 'event_id', type: 'char', length: '36', isPrimary: true }];
    await queryRunner.createTable(new Table({ name: 'measured_effects', columns }), true);
  }

  async down(queryRunner) {
    await queryRunner.dropTable('measured_effects');
  }
}
