import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a secret may be shown, which the provider has brought for a person to copy. */
export class SecretReveals1795000000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('source_secrets', 'reveal')) return;
    // By hand: on SQLite the object mapper would copy the table.
    await queryRunner.query('ALTER TABLE source_secrets ADD COLUMN reveal varchar(8) NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE source_secrets DROP COLUMN reveal');
  }
}
