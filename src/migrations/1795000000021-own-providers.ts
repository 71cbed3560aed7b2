import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an own provider is, with its source. */
export class OwnProviders1795000000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('sources', 'custom')) return;
    // By hand: on SQLite the object mapper would copy the table.
    await queryRunner.query('ALTER TABLE sources ADD COLUMN custom longtext NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP COLUMN custom');
  }
}
