import type { EventPayloadMap } from '@octokit/webhooks-types';
import { describedEvents } from 'hookwell/handler-kit';
import { z } from 'zod';

/** GitHub's events by type, with all the actions of each, as the package @octokit/webhooks-types describes them. */
export type GithubPayloads = EventPayloadMap;

/** For handlers of GitHub's events: `@WebhookHandler({ ...githubEvents('issues') })`. */
export const githubEvents = describedEvents<GithubPayloads>('github');

/** The fields of a pull request that we use (https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request). */
export const PullRequestEvent = z.object({
  pull_request: z.object({
    number: z.int32(),
    state: z.string().max(16),
    merged: z.boolean(),
    title: z.string().max(1024),
    updated_at: z.iso.datetime().transform((text) => new Date(text)),
  }),
  repository: z.object({ full_name: z.string().min(1).max(255) }),
});
export type PullRequestEvent = z.infer<typeof PullRequestEvent>;

/** The fields of a push that we use (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push). */
export const PushEvent = z.object({
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
export type PushEvent = z.infer<typeof PushEvent>;
