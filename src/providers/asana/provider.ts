import {
  defineProvider,
  type Handshake,
  headerField,
  listField,
  parseJson,
  sharedField,
  timeField,
} from 'hookwell/handler-kit';
import { asana } from 'hookwell/signatures';

const HOOK_SECRET = /^[\x21-\x7e]{16,256}$/;

/**
 * Brings the secret of all that follows. Whoever comes first is trusted, and nobody after it.
 * https://developers.asana.com/docs/webhooks-guide#the-webhook-handshake
 */
const hookSecret: Handshake = {
  signed: false,
  answer: ({ method, headers }) => {
    const secret = headerField(headers, 'x-hook-secret');
    if (method !== 'POST' || secret === null || !HOOK_SECRET.test(secret)) return null;
    return { status: 200, headers: { 'x-hook-secret': secret }, body: '', effect: { keepSecret: secret } };
  },
};

/** Every eight hours, whether or not anything has happened. */
const heartbeat: Handshake = {
  signed: true,
  answer: ({ body }) => {
    const message: unknown = Object(parseJson(body));
    const isEmpty = 'events' in (message as object) && listField(message, 'events').length === 0;
    return isEmpty ? { status: 200, body: '' } : null;
  },
};

/**
 * Each webhook has a secret of its own, so each is a source of its own.
 * https://developers.asana.com/docs/webhooks-guide
 *
 * The sample is made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'asana',
  displayName: 'Asana',
  documentation: 'https://developers.asana.com/docs/webhooks-guide',
  scheme: asana,
  delivery: { answerWithinMs: 10_000, retries: 'for up to 24 hours' },
  secretComesWithHandshake: true,
  handshakes: [hookSecret, heartbeat],
  derive: ({ body }) => {
    const events = listField(parseJson(body), 'events');
    const resource = sharedField(events, 'resource', 'resource_type');
    const action = sharedField(events, 'action');
    return {
      id: null,
      type: resource === null || action === null ? null : `${resource}.${action}`,
      orderingKey: sharedField(events, 'resource', 'gid'),
      occurredAt: timeField(sharedField(events, 'created_at')),
    };
  },
});

export const handlers = [];
