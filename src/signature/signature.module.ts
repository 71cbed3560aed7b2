import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SecretsModule } from '../platform/secrets/secrets.module.js';
import { KeyFetcher } from './application/keys/key-fetcher.js';
import { ProviderKeys } from './application/keys/provider-keys.js';
import { Rejections } from './application/rejections.js';
import { SecretUses } from './application/secret-uses.js';
import { SourceCommands } from './application/source-commands.js';
import { Sources } from './application/sources.js';
import { HttpsKeyFetcher } from './infrastructure/https-key-fetcher.js';
import { RejectionStore } from './infrastructure/rejection-store.js';
import { SecretStore } from './infrastructure/secret-store.js';
import { RefusedRequests } from './interface/refused-requests.js';
import { RejectionsController } from './interface/rejections.controller.js';
import { SourceSecretsController } from './interface/source-secrets.controller.js';
import { SourcesController } from './interface/sources.controller.js';
import { HandshakeDesk } from './interface/handshake-desk.js';
import { SignatureGuard } from './interface/signature.guard.js';
import { SourceGate } from './interface/source-gate.js';
import { TrialsController } from './interface/trials.controller.js';

@Module({
  imports: [AuditModule, SecretsModule],
  controllers: [SourcesController, SourceSecretsController, RejectionsController, TrialsController],
  providers: [
    Sources,
    SourceCommands,
    SourceGate,
    SignatureGuard,
    HandshakeDesk,
    ProviderKeys,
    { provide: KeyFetcher, useFactory: () => new HttpsKeyFetcher() },
    SecretStore,
    SecretUses,
    Rejections,
    RejectionStore,
    RefusedRequests,
  ],
  exports: [SignatureGuard, HandshakeDesk, ProviderKeys, SecretUses, RefusedRequests],
})
export class SignatureModule {}
