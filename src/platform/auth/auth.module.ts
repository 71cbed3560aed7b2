import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { keepFirst } from '../database/keep-first.js';
import { AdminKeyGuard } from './admin-key.guard.js';
import { FIRST_START, hashAdminKey } from './admin-key-list.js';
import { AdminKeys } from './admin-keys.js';

const SETTING = 'admin-key-hash';

@Module({
  providers: [
    AdminKeyGuard,
    {
      provide: AdminKeys,
      inject: [APP_CONFIG, DataSource],
      useFactory: async (config: AppConfig, dataSource: DataSource): Promise<AdminKeys> =>
        config.ADMIN_API_KEYS ? new AdminKeys(config.ADMIN_API_KEYS) : await madeKey(dataSource),
    },
  ],
  exports: [AdminKeyGuard, AdminKeys],
})
export class AuthModule {}

/** The key made on the first start; of several processes that start together, one makes it. */
async function madeKey(dataSource: DataSource): Promise<AdminKeys> {
  const key = `hwk_${randomBytes(24).toString('base64url')}`;
  const hash = hashAdminKey(key).toString('hex');
  const kept = await keepFirst(dataSource, SETTING, hash);
  const known = { id: FIRST_START, role: 'admin', hash: Buffer.from(kept, 'hex') } as const;
  return new AdminKeys([known], kept === hash ? key : null);
}
