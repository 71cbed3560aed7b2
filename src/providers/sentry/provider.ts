import {
  defineProvider,
  headerField,
  jsonRequest,
  parseJson,
  type ProviderRequest,
  secondsField,
  stringField,
} from 'hookwell/handler-kit';
import { sentry } from 'hookwell/signatures';

/**
 * https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 *
 * The samples are Sentry's own from those pages.
 */
export const definition = defineProvider({
  slug: 'sentry',
  displayName: 'Sentry',
  documentation: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  scheme: sentry,
  delivery: { answerWithinMs: 1000, retries: null },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'request-id'),
      type: eventType(headers, event),
      orderingKey: orderingKey(event),
      // When it was sent, which is the only time that all of them tell.
      occurredAt: secondsField(headerField(headers, 'sentry-hook-timestamp')),
    };
  },
  simulate: ({ type, body, id, now }) =>
    jsonRequest(
      body,
      {},
      {
        'request-id': id,
        'sentry-hook-resource': type.split('.')[0] ?? '',
        'sentry-hook-timestamp': String(Math.floor(now.getTime() / 1000)),
      },
    ),
});

/** `issue.created` say: the resource, and what was done to it. */
function eventType(headers: ProviderRequest['headers'], event: unknown): string | null {
  const resource = headerField(headers, 'sentry-hook-resource');
  const action = stringField(event, 'action');
  return resource === null || action === null ? resource : `${resource}.${action}`;
}

/** The issue, also of errors, alerts and comments; else the metric alert. */
function orderingKey(event: unknown): string | null {
  const field = (...path: string[]): string | null => stringField(event, 'data', ...path);
  return (
    field('issue', 'id') ??
    field('issue_id') ??
    field('event', 'issue_id') ??
    field('error', 'issue_id') ??
    field('metric_alert', 'id')
  );
}

export const handlers = [];
