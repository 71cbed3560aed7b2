import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { SettingEntity } from '../database/setting.entity.js';
import { AdminKeyGuard } from './admin-key.guard.js';
import { AdminKeys, hashAdminKey } from './admin-keys.js';

const SETTING = 'admin-key-hash';

@Module({
  providers: [
    AdminKeyGuard,
    {
      provide: AdminKeys,
      inject: [APP_CONFIG, DataSource],
      useFactory: async (config: AppConfig, dataSource: DataSource): Promise<AdminKeys> =>
        new AdminKeys(config.ADMIN_API_KEYS?.map(hashAdminKey) ?? [await madeKeyHash(dataSource)]),
    },
  ],
  exports: [AdminKeyGuard, AdminKeys],
})
export class AuthModule {}

/** The hash of the key made on the first start; the key itself is printed then and never again. */
async function madeKeyHash(dataSource: DataSource): Promise<Buffer> {
  const settings = dataSource.getRepository(SettingEntity);
  const key = `hwk_${randomBytes(24).toString('base64url')}`;
  const value = hashAdminKey(key).toString('hex');
  await settings.createQueryBuilder().insert().values({ name: SETTING, value }).orIgnore().execute();
  const stored = await settings.findOneByOrFail({ name: SETTING });
  if (stored.value === value) process.stdout.write(`Admin key (shown this once, keep it): ${key}\n`);
  return Buffer.from(stored.value, 'hex');
}
