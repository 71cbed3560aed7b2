import { Mac } from '../hmac/mac.js';
import { recordOf } from '../json-record.js';
import { textAt } from '../json-pointer.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { checkTimestamp } from '../timestamp.js';

const mac = new Mac('sha256', 'hex');

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
    const signed = [timestamp, token];
    return {
      signed,
      matches: (secret) => mac.isOneOf(signatures, Buffer.from(secret), signed),
      expected: (secret) => mac.of(Buffer.from(secret), signed),
    };
  },
};

function signaturesOf(body: unknown): string[] {
  const { signature, 'parent-signature': parent } = recordOf(recordOf(body)['signature']);
  const signatures = [signature, parent]
    .filter((text) => typeof text === 'string')
    .filter((text) => mac.isWellFormed(text));
  if (signatures.length > 0) return signatures;
  throw new Refusal('malformed_body', 'the body has no well-formed signature.signature');
}
