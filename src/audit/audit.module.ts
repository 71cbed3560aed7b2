import { Module } from '@nestjs/common';
import { AuthModule } from '../platform/auth/auth.module.js';
import { AuditLog } from './application/audit-log.js';
import { AuditController } from './interface/audit.controller.js';

/** For every module that has admin commands: the keys that give them and the record of them. */
@Module({
  imports: [AuthModule],
  controllers: [AuditController],
  providers: [AuditLog],
  exports: [AuthModule, AuditLog],
})
export class AuditModule {}
