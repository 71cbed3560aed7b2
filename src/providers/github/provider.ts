import { defineProvider, headerField, jsonRequest, parsePayload } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { occurredAt } from './occurred-at.js';
import { orderingKey } from './ordering-key.js';
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
    const type = headerField(headers, 'x-github-event');
    return {
      id: headerField(headers, 'x-github-delivery'),
      type,
      orderingKey: orderingKey(event),
      occurredAt: occurredAt(type, event),
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

export const handlers = [RecordPush, RecordPullRequest];
