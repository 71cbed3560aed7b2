import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { APP_CONFIG } from '../platform/config/config.js';
import { Sources } from './application/sources.js';
import { SecretCipher } from './infrastructure/secret-cipher.js';
import { openCipher } from './infrastructure/secrets-key.js';
import { SourcesController } from './interface/sources.controller.js';
import { Rejections } from './application/rejections.js';
import { SignatureGuard } from './interface/signature.guard.js';
import { SourceGate } from './interface/source-gate.js';

@Module({
  imports: [AuditModule],
  controllers: [SourcesController],
  providers: [
    Sources,
    SourceGate,
    SignatureGuard,
    Rejections,
    {
      provide: SecretCipher,
      inject: [APP_CONFIG, DataSource],
      useFactory: openCipher,
    },
  ],
  exports: [SignatureGuard, Rejections],
})
export class SignatureModule {}
