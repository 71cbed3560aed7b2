import { sameText, sha256 } from '../constant-time.js';
import { holds, readToken, signedPart } from '../json-web-token.js';
import { Refusal } from '../refusal.js';
import type { FetchedKeyScheme } from '../scheme.js';
import { checkTimestamp } from '../timestamp.js';

/** Seconds. */
const TOLERANCE = 300;

/**
 * The secret is what our own question for the key is asked with; `sandbox:` before it asks Plaid's sandbox.
 * https://plaid.com/docs/api/webhooks/webhook-verification/
 */
export const plaid: FetchedKeyScheme = {
  keys: 'fetched',
  secretName: 'client_id:secret',
  secretProblem: (secret) =>
    /^(sandbox:)?[^:\s]+:[^:\s]+$/.test(secret)
      ? null
      : 'must be client_id:secret, with sandbox: before it or not',
  read: (request, now) => {
    const token = readToken(request.header('plaid-verification'), 'ES256');
    const { iat, request_body_sha256: bodyHash } = token.claims;
    checkTimestamp(String(iat), 'seconds', TOLERANCE, now);
    if (typeof bodyHash !== 'string' || !sameText(bodyHash, sha256(request.body).toString('hex'))) {
      throw new Refusal('signature_mismatch', 'the body is not the one of request_body_sha256');
    }
    return {
      signed: [signedPart(token)],
      key: (secret) => ({ kind: 'plaid', keyId: token.keyId, credentials: secret }),
      matches: (_, key) => holds(token, key, { algorithms: ['ES256'], currentDate: now }),
    };
  },
};
