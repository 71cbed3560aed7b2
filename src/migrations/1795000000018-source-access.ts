import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a source asks of requests beside the signature. */
export class SourceAccess1795000000018 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('sources', 'access')) return;
    // By hand: on SQLite the object mapper would copy the table.
    await queryRunner.query('ALTER TABLE sources ADD COLUMN access longtext NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP COLUMN access');
  }
}
