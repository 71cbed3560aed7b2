import { existsSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig, ConfigurationError } from '../platform/config/config.js';
import { SettingEntity } from '../platform/database/setting.entity.js';
import { Sources } from './application/sources.js';
import { SecretCipher } from './infrastructure/secret-cipher.js';
import { SourcesController } from './interface/sources.controller.js';
import { Rejections } from './application/rejections.js';
import { SignatureGuard } from './interface/signature.guard.js';
import { SourceGate } from './interface/source-gate.js';
import { AuthModule } from '../platform/auth/auth.module.js';

const CHECK_VALUE = 'secrets-key-fingerprint';

@Module({
  imports: [AuthModule],
  controllers: [SourcesController],
  providers: [
    Sources,
    SourceGate,
    SignatureGuard,
    Rejections,
    {
      provide: SecretCipher,
      inject: [APP_CONFIG, DataSource],
      useFactory: async (config: AppConfig, dataSource: DataSource): Promise<SecretCipher> => {
        const cipher = new SecretCipher(
          config.SECRETS_KEY ?? keyFromFile(join(config.DATA_DIR, 'secrets.key')),
        );
        await checkSameKey(cipher, dataSource);
        return cipher;
      },
    },
  ],
  exports: [SignatureGuard, Rejections],
})
export class SignatureModule {}

function keyFromFile(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}

/** All processes on one database need one key, or they could not read each other's secrets. */
async function checkSameKey(cipher: SecretCipher, dataSource: DataSource): Promise<void> {
  const settings = dataSource.getRepository(SettingEntity);
  await settings
    .createQueryBuilder()
    .insert()
    .values({ name: CHECK_VALUE, value: cipher.fingerprint })
    .orIgnore()
    .execute();
  const stored = await settings.findOneByOrFail({ name: CHECK_VALUE });
  if (stored.value !== cipher.fingerprint) {
    throw new ConfigurationError(
      'SECRETS_KEY is not the key that the stored secrets were encrypted with; set the same SECRETS_KEY on every machine',
    );
  }
}
