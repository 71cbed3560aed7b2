import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { StandardWebhookMessageEntity } from './message.entity.js';
import { Message } from './payloads.js';

/** Keeps every message, whatever its type. */
@WebhookHandler({ provider: 'standard-webhooks', types: ['*'], payload: Message })
export class RecordMessage implements EventHandler<Message> {
  async handle(event: WebhookEvent<Message>, context: HandlerContext): Promise<{ type: string }> {
    const { type, data } = event.payload;
    const manager = await context.transaction();
    const row = { eventId: event.id, source: event.source, type, data: JSON.stringify(data) };
    await manager.upsert(StandardWebhookMessageEntity, row, ['eventId']);
    return { type };
  }
}
