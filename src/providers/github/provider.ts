import { defineProvider, headerField, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { RecordPullRequest } from './record-pull-request.handler.js';
import { RecordPush } from './record-push.handler.js';

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const BODY_LIMIT = 25 * 1024 * 1024;

/**
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 *
 * The samples are from the npm package @octokit/webhooks-examples.
 */
export const definition = defineProvider({
  slug: 'github',
  displayName: 'GitHub',
  scheme: github,
  bodyLimit: BODY_LIMIT,
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'x-github-delivery'),
      type: headerField(headers, 'x-github-event'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'pull_request', 'updated_at')) ?? pushedAt(event),
    };
  },
  simulate: ({ type, body, id }) => ({
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0000000',
      'x-github-event': type,
      'x-github-delivery': id,
    },
    body: Buffer.from(body),
  }),
});

/** A repository's ref or pull request; the repository itself for events about neither. */
function orderingKey(event: unknown): string | null {
  const repository = stringField(event, 'repository', 'full_name');
  if (repository === null) return null;
  const number = stringField(event, 'pull_request', 'number');
  const ref = stringField(event, 'ref');
  return number === null
    ? [repository, ref].filter((part) => part !== null).join(' ')
    : `${repository} #${number}`;
}

/** Seconds, in a push alone. Its commits may be much older, and where a ref is deleted there are none. */
function pushedAt(event: unknown): Date | null {
  return timeField(Number(stringField(event, 'repository', 'pushed_at') ?? Number.NaN));
}

export const handlers = [RecordPush, RecordPullRequest];
