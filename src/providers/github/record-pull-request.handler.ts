import {
  type EventHandler,
  type HandlerContext,
  lockRow,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { GithubPullRequestEntity } from './pull-request.entity.js';

/** The fields of a pull request that we use (https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request). */
const PullRequestEvent = z.object({
  pull_request: z.object({
    number: z.int32(),
    state: z.string().max(16),
    merged: z.boolean(),
    title: z.string().max(1024),
    updated_at: z.iso.datetime().transform((text) => new Date(text)),
  }),
  repository: z.object({ full_name: z.string().min(1).max(255) }),
});

/** Keeps our pull requests in step with GitHub's. What is older than what we know changes nothing. */
@WebhookHandler({ provider: 'github', types: ['pull_request'] })
export class RecordPullRequest implements EventHandler {
  async handle(
    event: WebhookEvent,
    context: HandlerContext,
  ): Promise<{ pullRequest: number; state: string; applied: boolean }> {
    const { pull_request, repository } = payloadOf(PullRequestEvent, event);
    const { number, state, merged, title, updated_at: updatedAt } = pull_request;
    const manager = await context.transaction();
    const received = { repository: repository.full_name, number, state, merged, title, updatedAt };
    const known = await lockRow(manager, GithubPullRequestEntity, received);
    const applied = updatedAt >= known.updatedAt;
    if (applied) await manager.save(GithubPullRequestEntity, received);
    return { pullRequest: number, state, applied };
  }
}
