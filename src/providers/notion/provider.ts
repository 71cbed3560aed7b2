import {
  defineProvider,
  type Handshake,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { notion, sameText } from 'hookwell/signatures';

const TOKEN = /^[\x21-\x7e]{16,256}$/;

/**
 * Brings the verification token: the secret of all that follows, which a person has to paste into Notion's page before anything does. It comes
 * unsigned when a subscription is created, and again whenever "Resend token" is pressed there; the page does not say whether it is the same
 * then. Whoever comes first is trusted, and nobody after it.
 * https://developers.notion.com/reference/webhooks#step-2-verifying-the-subscription
 */
const verificationToken: Handshake = {
  signed: false,
  answer: ({ method, body, secrets }) => {
    const message = parseJson(body);
    const token = stringField(message, 'verification_token');
    if (method !== 'POST' || token === null || !TOKEN.test(token)) return null;
    // An event's.
    if (stringField(message, 'type') !== null) return null;
    const answer = { status: 200, body: '' };
    // Known already: an event would be stored, and the secret with it.
    if (secrets.some((secret) => sameText(secret, token))) return answer;
    return { ...answer, effect: { keepSecret: token, isToBeCopied: true } };
  },
};

/**
 * Each subscription has a token of its own, so each is a source of its own.
 * https://developers.notion.com/reference/webhooks-events-delivery
 *
 * The samples are Notion's own from that page.
 */
export const definition = defineProvider({
  slug: 'notion',
  displayName: 'Notion',
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: notion,
  delivery: { answerWithinMs: null, retries: '8 in 24 h' },
  secretComesWithHandshake: true,
  handshakes: [verificationToken],
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      // The page, database, data source or comment.
      orderingKey: stringField(event, 'entity', 'id'),
      occurredAt: timeField(stringField(event, 'timestamp')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { id, timestamp: now.toISOString() }),
});

export const handlers = [];
