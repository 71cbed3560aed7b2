import {
  bodyDigest,
  defineProvider,
  type DerivedEvent,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
} from 'hookwell/handler-kit';
import { mailgun } from 'hookwell/signatures';

const STORAGE = /^https:\/\/([\w-]+\.)*mailgun\.(net|org)\//;

/**
 * https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks
 *
 * What a route does with an incoming mail comes as a form, of which a handler gets the fields, and has no type: ours are Mailgun's words
 * for the two, `forward` and `store`. The latter alone has a message-url.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
 *
 * The sample of an opened message is one that Mailgun has published; those of routes are made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'mailgun',
  displayName: 'Mailgun',
  documentation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks',
  scheme: mailgun,
  delivery: { answerWithinMs: null, retries: '6 in 8 h, none after a 406' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return event === undefined ? ofMail(new URLSearchParams(body.toString('utf8'))) : ofEvent(event);
  },
  simulate: ({ body, id, now }) => {
    const { 'event-data': data, ...fields } = JSON.parse(body) as { 'event-data'?: object };
    const timestamp = now.getTime() / 1000;
    if (data) return jsonRequest(body, { 'event-data': { ...data, id, timestamp } });
    const fresh = { 'Message-Id': `<${id}@mail.example.com>`, timestamp: String(Math.floor(timestamp)) };
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams({ ...fields, ...fresh }).toString()),
    };
  },
});

function ofEvent(event: unknown): DerivedEvent {
  const timestamp = stringField(event, 'event-data', 'timestamp');
  return {
    id: eventId(stringField(event, 'event-data', 'id'), timestamp),
    type: stringField(event, 'event-data', 'event'),
    // The message.
    orderingKey: stringField(event, 'event-data', 'message', 'headers', 'message-id'),
    occurredAt: secondsField(timestamp),
  };
}

/** Mailgun's ids are unique within a day; with the time they are for good. */
function eventId(id: string | null, timestamp: string | null): string | null {
  return id === null ? null : `${id} ${timestamp ?? ''}`;
}

/** A mail's own id is its sender's to choose, and one mail may be for several recipients: what tells it from others is all that it says. */
function ofMail(form: URLSearchParams): DerivedEvent {
  const timestamp = form.get('timestamp');
  if (timestamp === null) return { id: null, type: null, orderingKey: null, occurredAt: null };
  // A repeat may be signed anew.
  for (const name of ['timestamp', 'token', 'signature', 'parent-signature']) form.delete(name);
  return {
    id: bodyDigest(Buffer.from(form.toString())),
    type: isStored(form) ? 'store' : 'forward',
    // As events write it.
    orderingKey: form.get('Message-Id')?.replace(/^<|>$/g, '') ?? null,
    occurredAt: secondsField(timestamp),
  };
}

/** Whether Mailgun keeps the mail. Its headers are fields too, which its sender chooses: they must not pass for an address of Mailgun's. */
function isStored(form: URLSearchParams): boolean {
  const [address = '', ...others] = form.getAll('message-url');
  return others.length === 0 && form.has('domain') && STORAGE.test(address);
}

export const handlers = [];
