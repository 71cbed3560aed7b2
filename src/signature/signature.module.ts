import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SecretsKey } from '../platform/secrets/secrets-key.js';
import { SecretsModule } from '../platform/secrets/secrets.module.js';
import { KeyFetcher } from './application/keys/key-fetcher.js';
import { ProviderKeys } from './application/keys/provider-keys.js';
import { Sources } from './application/sources.js';
import { HttpsKeyFetcher } from './infrastructure/https-key-fetcher.js';
import { SecretCipher } from './infrastructure/secret-cipher.js';
import { SourcesController } from './interface/sources.controller.js';
import { Rejections } from './application/rejections.js';
import { SignatureGuard } from './interface/signature.guard.js';
import { SourceGate } from './interface/source-gate.js';

@Module({
  imports: [AuditModule, SecretsModule],
  controllers: [SourcesController],
  providers: [
    Sources,
    SourceGate,
    SignatureGuard,
    Rejections,
    ProviderKeys,
    { provide: KeyFetcher, useFactory: () => new HttpsKeyFetcher() },
    {
      provide: SecretCipher,
      inject: [SecretsKey],
      useFactory: async (key: SecretsKey) => new SecretCipher(await key.get()),
    },
  ],
  exports: [SignatureGuard, Rejections, ProviderKeys],
})
export class SignatureModule {}
