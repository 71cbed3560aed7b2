import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SecretsModule } from '../platform/secrets/secrets.module.js';
import { Confirmations } from './application/confirmations.js';
import { Replays } from './application/replays.js';
import { ReplayStore } from './infrastructure/replay-store.js';
import { ReplaysController } from './interface/replays.controller.js';

/** Giving and following replays of many events; workers run them, see ReplayRunnerModule. */
@Module({
  imports: [AuditModule, SecretsModule],
  controllers: [ReplaysController],
  providers: [Replays, Confirmations, ReplayStore],
})
export class ReplayModule {}
