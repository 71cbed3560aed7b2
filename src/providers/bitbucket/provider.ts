import {
  defineProvider,
  headerField,
  joinFields,
  jsonRequest,
  listField,
  parseJson,
  sharedField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { bitbucket } from 'hookwell/signatures';

/** What is numbered in a repository, each by a count of its own. */
const NUMBERED = ['pullrequest', 'issue'] as const;
/** What has a time of change, the most telling first. */
const CHANGED = ['comment', 'commit_status', ...NUMBERED] as const;

/**
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads
 *
 * A push has no time. The samples are ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'bitbucket',
  displayName: 'Bitbucket Cloud',
  documentation: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks',
  scheme: bitbucket,
  // https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks
  delivery: { answerWithinMs: 10_000, retries: '2 after a 5xx, else none' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'x-request-uuid'),
      type: headerField(headers, 'x-event-key'),
      orderingKey: orderingKey(event),
      occurredAt: occurredAt(event),
    };
  },
  simulate: ({ type, body, id }) => jsonRequest(body, {}, { 'x-event-key': type, 'x-request-uuid': id }),
});

/** A repository's pull request, issue or branch; the repository itself for events about none. */
function orderingKey(event: unknown): string | null {
  const repository = stringField(event, 'repository', 'full_name');
  const keys = NUMBERED.map((name) => joinFields(repository, name, stringField(event, name, 'id')));
  const changes = listField(event, 'push', 'changes');
  const branch = sharedField(changes, 'new', 'name') ?? sharedField(changes, 'old', 'name');
  return keys.find((key) => key !== null) ?? joinFields(repository, branch) ?? repository;
}

function occurredAt(event: unknown): Date | null {
  const times = CHANGED.map((name) => timeField(stringField(event, name, 'updated_on')));
  return times.find((time) => time !== null) ?? null;
}

export const handlers = [];
