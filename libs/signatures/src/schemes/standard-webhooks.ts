import { type KeyObject, verify } from 'node:crypto';
import { sameBytes } from '../constant-time.js';
import { hmac, hmacOf, signaturesIn } from '../hmac/hmac-scheme.js';
import { ed25519Key } from '../public-key.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';

const SIGNATURE = 'webhook-signature';
const PUBLIC_KEY = 'whpk_';
/** Seconds. */
const TOLERANCE = 300;

/** Signatures of the kind v1 alone; what a secret of ours can make. */
const symmetric = hmac({
  key: 'whsec',
  signed: '{id}.{timestamp}.{body}',
  signature: { header: SIGNATURE, separator: ' ', prefix: 'v1,', encoding: 'base64' },
  id: { header: 'webhook-id' },
  timestamp: { at: { header: 'webhook-timestamp' }, unit: 'seconds', tolerance: TOLERANCE },
});

/**
 * A public key, `whpk_…`, verifies the signatures of the kind v1a, by Ed25519; any other secret those of the kind v1.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: LocalScheme = {
  ...symmetric,
  secretProblem: (secret) => {
    if (!secret.startsWith(PUBLIC_KEY)) return symmetric.secretProblem(secret);
    return publicKeyOf(secret) ? null : 'must be 32 bytes in base64 behind whpk_';
  },
  read: (request, now) => {
    const items = request.header(SIGNATURE).split(' ');
    const macs = signaturesIn(items, { prefix: 'v1,', encoding: 'base64' }, 32);
    const signatures = signaturesIn(items, { prefix: 'v1a,', encoding: 'base64' }, 64);
    if (macs.length + signatures.length === 0) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    const id = request.header('webhook-id');
    const timestamp = request.header('webhook-timestamp');
    checkTimestamp(timestamp, 'seconds', TOLERANCE, now);
    const before = `${id}.${timestamp}.`;
    const digest = (secret: string): Buffer =>
      hmacOf('sha256', symmetric.keyOf(secret), [before, request.body]);
    return {
      signed: [before, request.body],
      matches: (secret) => {
        if (!secret.startsWith(PUBLIC_KEY)) {
          const expected = digest(secret);
          return macs.some((mac) => sameBytes(mac, expected));
        }
        const key = publicKeyOf(secret);
        const data = Buffer.concat([Buffer.from(before), request.body]);
        return key !== null && signatures.some((signature) => verify(null, data, key, signature));
      },
      // A public key gives none.
      expected: (secret) => (secret.startsWith(PUBLIC_KEY) ? null : digest(secret).toString('base64')),
    };
  },
};

function publicKeyOf(secret: string): KeyObject | null {
  return ed25519Key(strictly(secret.slice(PUBLIC_KEY.length), 'base64'));
}
