import { sameBytes } from '../constant-time.js';
import { hmacOf } from '../hmac/hmac-scheme.js';
import { recordOf } from '../json-record.js';
import { textAt } from '../json-pointer.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';

const SIGNATURE_BYTES = 32;

/**
 * Signs a timestamp and a token, not the event: only TLS keeps that. An event of a subaccount carries the signature of the main
 * account too, and either will do. Mailgun leaves the age to the receiver and warns of delays; it sends again for hours, so none
 * is refused for it.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export const mailgun: LocalScheme = {
  keys: 'given',
  secretName: 'HTTP webhook signing key',
  secretProblem: () => null,
  read: (request, now) => {
    const body = request.json();
    const signatures = signaturesOf(body);
    const token = textAt(body, '/signature/token');
    if (token === null) throw new Refusal('malformed_body', 'the body has no signature.token');
    const timestamp = textAt(body, '/signature/timestamp') ?? '';
    // Where the timestamp ends, the token begins.
    checkTimestamp(timestamp, 'seconds', undefined, now);
    const digest = (secret: string): Buffer => hmacOf('sha256', Buffer.from(secret), [timestamp, token]);
    return {
      signed: [timestamp, token],
      matches: (secret) => {
        const expected = digest(secret);
        return signatures.some((signature) => sameBytes(signature, expected));
      },
      expected: (secret) => digest(secret).toString('hex'),
    };
  },
};

function signaturesOf(body: unknown): Buffer[] {
  const { signature, 'parent-signature': parent } = recordOf(recordOf(body)['signature']);
  const signatures = [signature, parent]
    .map((text) => strictly(typeof text === 'string' ? text : '', 'hex'))
    .filter((bytes) => bytes.length === SIGNATURE_BYTES);
  if (signatures.length > 0) return signatures;
  throw new Refusal('malformed_body', 'the body has no well-formed signature.signature');
}
