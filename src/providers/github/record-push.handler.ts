import {
  type EventHandler,
  type HandlerContext,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { GithubRefEntity } from './ref.entity.js';

/** The fields of a push that we use (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push). */
const Push = z.object({
  ref: z.string().min(1).max(255),
  after: z.string().max(64),
  deleted: z.boolean(),
  pusher: z.object({ name: z.string().max(255) }),
  repository: z.object({ full_name: z.string().min(1).max(255) }),
});

/** Keeps where each branch and tag points to. */
@WebhookHandler({ provider: 'github', types: ['push'] })
export class RecordPush implements EventHandler {
  async handle(event: WebhookEvent, context: HandlerContext): Promise<{ ref: string; head: string | null }> {
    const { ref, after, deleted, pusher, repository } = payloadOf(Push, event);
    const manager = await context.transaction();
    const head = deleted ? null : after;
    const row = { repository: repository.full_name, ref, head, pushedBy: pusher.name };
    await manager.upsert(GithubRefEntity, row, ['repository', 'ref']);
    return { ref, head };
  }
}
