import {
  defineProvider,
  headerField,
  jsonRequest,
  parsePayload,
  secondsField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { NUMBERED, orderingKey } from './ordering-key.js';
import { RecordPullRequest } from './record-pull-request.handler.js';
import { RecordPush } from './record-push.handler.js';

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const BODY_LIMIT = 25 * 1024 * 1024;

/**
 * Its JSON is the body, or in a form: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 *
 * The samples are from the npm package @octokit/webhooks-examples.
 */
export const definition = defineProvider({
  slug: 'github',
  displayName: 'GitHub',
  documentation: 'https://docs.github.com/en/webhooks',
  scheme: github,
  bodyLimit: BODY_LIMIT,
  delivery: { answerWithinMs: 10_000, retries: 'none; by hand within 3 days' },
  derive: ({ headers, body }) => {
    const event = parsePayload(headers, body);
    return {
      id: headerField(headers, 'x-github-delivery'),
      type: headerField(headers, 'x-github-event'),
      orderingKey: orderingKey(event),
      occurredAt: occurredAt(event),
    };
  },
  simulate: ({ type, body, id }) =>
    jsonRequest(
      body,
      {},
      {
        'user-agent': 'GitHub-Hookshot/0000000',
        'x-github-event': type,
        'x-github-delivery': id,
      },
    ),
});

/** When what it is about was changed. */
function occurredAt(event: unknown): Date | null {
  const changed = NUMBERED.map((name) => timeField(stringField(event, name, 'updated_at')));
  return changed.find((time) => time !== null) ?? pushedAt(event);
}

/** Seconds, in a push alone. Its commits may be much older, and where a ref is deleted there are none. */
function pushedAt(event: unknown): Date | null {
  return secondsField(stringField(event, 'repository', 'pushed_at'));
}

export const handlers = [RecordPush, RecordPullRequest];
