import { Module } from '@nestjs/common';
import { SignatureModule } from '../signature/signature.module.js';
import { IngestWebhook } from './application/ingest-webhook.js';
import { EventStore } from './infrastructure/event-store.js';
import { WebhooksController } from './interface/webhooks.controller.js';

@Module({
  imports: [SignatureModule],
  controllers: [WebhooksController],
  providers: [IngestWebhook, EventStore],
})
export class IngestionModule {}
