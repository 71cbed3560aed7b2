import { Module } from '@nestjs/common';
import { SecretsKey } from './secrets-key.js';

@Module({ providers: [SecretsKey], exports: [SecretsKey] })
export class SecretsModule {}
