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
 * A push has no time, so that it goes by its arrival; it is in another lane than the jobs and pipelines of its ref. The samples are ours,
 * after the documented fields.
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
      occurredAt: occurredAt(event),
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

/**
 * Where events keep their time, by their kind, the last thing that happened first. A pipeline has no time at which it began to run: until
 * it ends it has that at which it was made, which is none too late.
 */
const TIMES = new Map([
  [
    'pipeline',
    [
      ['object_attributes', 'finished_at'],
      ['object_attributes', 'created_at'],
    ],
  ],
  ['build', [['build_finished_at'], ['build_started_at'], ['build_created_at']]],
  ['deployment', [['status_changed_at']]],
]);

/** What is gone keeps the time of its last change, as far as is known. */
const GONE = /_(remove|destroy|denied)(_|$)/;

/** ISO 8601, or like `2016-08-12 15:26:29 UTC`. */
function occurredAt(event: unknown): Date | null {
  const kind = stringField(event, 'object_kind') ?? '';
  // Another action has the same times.
  if (kind === 'release') return isCreated(event) ? timeField(stringField(event, 'created_at')) : null;
  const paths = TIMES.get(kind) ?? [['object_attributes', 'updated_at']];
  const times = paths.map((path) => timeField(stringField(event, ...path)));
  return times.find((time) => time !== null) ?? memberTime(event);
}

function isCreated(event: unknown): boolean {
  return stringField(event, 'action') === 'create';
}

/** Of a group's members, projects and subgroups, which are of no kind. */
function memberTime(event: unknown): Date | null {
  const name = stringField(event, 'event_name');
  return name === null || GONE.test(name) ? null : timeField(stringField(event, 'updated_at'));
}

export const handlers = [];
