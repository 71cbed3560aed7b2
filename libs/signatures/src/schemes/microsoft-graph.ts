import { sameText } from '../constant-time.js';
import { recordOf } from '../json-record.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';

/** https://learn.microsoft.com/graph/api/resources/subscription#properties */
const MAX_CLIENT_STATE = 128;

/**
 * Every notification of the body has to show the clientState that its subscription was made with, and one body may have those of several
 * subscriptions. Nothing is signed: only TLS keeps the rest.
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#process-the-change-notification
 * https://learn.microsoft.com/graph/api/resources/changenotificationcollection
 */
export const microsoftGraph: LocalScheme = {
  keys: 'given',
  secretName: 'clientState of the subscription',
  secretProblem: (secret) =>
    secret.length > MAX_CLIENT_STATE ? `must have at most ${MAX_CLIENT_STATE} characters` : null,
  withoutSecrets,
  read: (request) => ({
    parts: [...new Set(clientStates(request.json()))].map((state) => ({
      signed: [],
      matches: (secret) => sameText(state, secret),
    })),
  }),
};

/**
 * A property of JSON with its text, which is no longer in one that holds; in a text there is a backslash before each quote. Without the bound
 * a long one would take more than the stack; an escape is read in one way alone, or it would take longer than anybody waits.
 */
const CLIENT_STATE = /"clientState"(\s*:\s*)"(?:[^"\\]|\\(?:u[0-9A-Fa-f]{4}|[^u])){0,128}"/g;

/** Each clientState of a request that holds is a secret. */
function withoutSecrets(body: Buffer): Buffer {
  return Buffer.from(body.toString('utf8').replace(CLIENT_STATE, '"clientState"$1"[secret]"'));
}

function clientStates(body: unknown): string[] {
  const { value } = recordOf(body);
  if (!Array.isArray(value) || value.length === 0) {
    throw new Refusal('malformed_body', 'the body has no notifications');
  }
  return value.map((notification) => {
    const { clientState } = recordOf(notification);
    if (typeof clientState === 'string' && clientState !== '') return clientState;
    throw new Refusal('malformed_body', 'a notification has no clientState');
  });
}
