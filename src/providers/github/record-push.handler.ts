import {
  type EventHandler,
  type HandlerContext,
  lockRow,
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
  repository: z.object({
    full_name: z.string().min(1).max(255),
    // Seconds; every other event has it as a text.
    pushed_at: z.uint32().transform((seconds) => new Date(seconds * 1000)),
  }),
});

/** Keeps where each branch and tag points to. What is older than what we know changes nothing. */
@WebhookHandler({ provider: 'github', types: ['push'] })
export class RecordPush implements EventHandler {
  async handle(
    event: WebhookEvent,
    context: HandlerContext,
  ): Promise<{ ref: string; head: string | null; applied: boolean }> {
    const { ref, after, deleted, pusher, repository } = payloadOf(Push, event);
    const manager = await context.transaction();
    const head = deleted ? null : after;
    const { full_name, pushed_at: pushedAt } = repository;
    const received = { repository: full_name, ref, head, pushedBy: pusher.name, pushedAt };
    const known = await lockRow(manager, GithubRefEntity, received);
    const applied = pushedAt >= known.pushedAt;
    if (applied) await manager.save(GithubRefEntity, received);
    return { ref, head, applied };
  }
}
