import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { PushEvent } from './payloads.js';
import { GithubRefEntity } from './ref.entity.js';

/** Keeps where each branch and tag points to: where the newest push has left it. */
@WebhookHandler({ provider: 'github', types: ['push'], payload: PushEvent, supersede: true })
export class RecordPush implements EventHandler<PushEvent> {
  async handle(
    { payload }: WebhookEvent<PushEvent>,
    context: HandlerContext,
  ): Promise<{ ref: string; head: string | null }> {
    const { ref, after, deleted, pusher } = payload;
    const { full_name: repository, pushed_at: pushedAt } = payload.repository;
    const head = deleted ? null : after;
    const manager = await context.transaction();
    await manager.save(GithubRefEntity, { repository, ref, head, pushedBy: pusher.name, pushedAt });
    return { ref, head };
  }
}
