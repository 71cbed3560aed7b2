import {
  bodyDigest,
  defineProvider,
  headerField,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { gitlab } from 'hookwell/signatures';

/** GitLab.com sends no more. */
const BODY_LIMIT = 25 * 1024 * 1024;

/**
 * https://docs.gitlab.com/user/project/integrations/webhook_events
 *
 * An older GitLab sends no Idempotency-Key. All that one request to GitLab leads to, and what that leads to in turn, shares
 * X-Gitlab-Event-UUID (https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/web_hooks/recursion_detection/uuid.rb), so that it takes
 * the body to tell repeats. One of a template, without either header, may be the same for the next event.
 *
 * A push has no time. The samples are ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'gitlab',
  displayName: 'GitLab',
  documentation: 'https://docs.gitlab.com/user/project/integrations/webhooks',
  scheme: gitlab,
  bodyLimit: BODY_LIMIT,
  // https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks
  delivery: {
    answerWithinMs: 10_000,
    retries: 'by hand; 4 failures in a row switch it off for a minute or more, 40 for good',
  },
  bodiesRepeat: true,
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id:
        // The same as the key beside it, and signed.
        headerField(headers, 'webhook-signature' in headers ? 'webhook-id' : 'idempotency-key') ??
        joinFields(headerField(headers, 'x-gitlab-event-uuid'), bodyDigest(body)),
      type: headerField(headers, 'x-gitlab-event'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'object_attributes', 'updated_at')),
    };
  },
  simulate: ({ type, body, id }) =>
    jsonRequest(body, {}, { 'x-gitlab-event': type, 'x-gitlab-event-uuid': id, 'idempotency-key': id }),
});

/** A project's merge request, issue or ref; the project itself for events about none. */
function orderingKey(event: unknown): string | null {
  const project = stringField(event, 'project', 'path_with_namespace');
  const own = stringField(event, 'object_attributes', 'iid');
  const mergeRequest = numberOf(event, 'merge_request') ?? (isA(event, 'merge_request') ? own : null);
  const issue = numberOf(event, 'issue') ?? (isA(event, 'issue') ? own : null);
  return (
    joinFields(project, mergeRequest && `!${mergeRequest}`) ??
    joinFields(project, issue && `#${issue}`) ??
    joinFields(project, stringField(event, 'ref') ?? stringField(event, 'object_attributes', 'ref')) ??
    project
  );
}

/** Of what a comment, or a pipeline, is for. */
function numberOf(event: unknown, entity: string): string | null {
  return stringField(event, entity, 'iid');
}

function isA(event: unknown, kind: string): boolean {
  return stringField(event, 'object_kind') === kind;
}

export const handlers = [];
