import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { PullRequestEvent } from './payloads.js';
import { GithubPullRequestEntity } from './pull-request.entity.js';

/** Keeps our pull requests in step with GitHub's. Each event tells the whole state, so only the newest counts. */
@WebhookHandler({
  provider: 'github',
  types: ['pull_request'],
  payload: PullRequestEvent,
  supersede: true,
})
export class RecordPullRequest implements EventHandler<PullRequestEvent> {
  async handle(
    { payload }: WebhookEvent<PullRequestEvent>,
    context: HandlerContext,
  ): Promise<{ pullRequest: number; state: string }> {
    const { number, state, merged, title, updated_at: updatedAt } = payload.pull_request;
    const { full_name: repository } = payload.repository;
    const manager = await context.transaction();
    await manager.save(GithubPullRequestEntity, { repository, number, state, merged, title, updatedAt });
    return { pullRequest: number, state };
  }
}
