import {
  type EventHandler,
  type HandlerContext,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { StandardWebhookMessageEntity } from './message.entity.js';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure */
const Message = z.object({ type: z.string().min(1).max(255), data: z.json() });

/** Keeps every message, whatever its type. */
@WebhookHandler({ provider: 'standard-webhooks', types: ['*'] })
export class RecordMessage implements EventHandler {
  async handle(event: WebhookEvent, context: HandlerContext): Promise<{ type: string }> {
    const { type, data } = payloadOf(Message, event);
    const manager = await context.transaction();
    const row = { eventId: event.id, source: event.source, type, data: JSON.stringify(data) };
    await manager.upsert(StandardWebhookMessageEntity, row, ['eventId']);
    return { type };
  }
}
