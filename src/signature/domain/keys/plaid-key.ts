import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type KeyAnswer, type KeyPlace, NO_KEY, tellsNothing, type Told, usableUntil } from './key-place.js';

const SANDBOX = 'sandbox:';
const UNKNOWN = 'INVALID_WEBHOOK_VERIFICATION_KEY_ID';

interface PlaidAnswer {
  readonly error_code?: unknown;
  readonly key?: JsonWebKey & { readonly expired_at?: number | null };
}

/**
 * A key of Plaid's, which is asked for with our own credentials.
 * https://plaid.com/docs/api/webhooks/webhook-verification/
 * @param credentials client_id:secret, with `sandbox:` before it for the sandbox
 */
export function plaidKey(credentials: string, keyId: string): KeyPlace<KeyObject> {
  const isSandbox = credentials.startsWith(SANDBOX);
  const [id = '', secret = ''] = credentials.slice(isSandbox ? SANDBOX.length : 0).split(':');
  return {
    name: `${credentials} ${keyId}`,
    question: {
      url: `https://${isSandbox ? 'sandbox' : 'production'}.plaid.com/webhook_verification_key/get`,
      body: { client_id: id, secret, key_id: keyId },
    },
    read,
  };
}

function read(answer: KeyAnswer, now: Date): Told<KeyObject> {
  const { error_code: error, key } = JSON.parse(answer.body.toString()) as PlaidAnswer;
  if (answer.status === 400 && error === UNKNOWN) return NO_KEY;
  if (answer.status !== 200 || !key) throw tellsNothing(answer);
  // Seconds; null while it is in use.
  const end = (key.expired_at ?? Number.POSITIVE_INFINITY) * 1000;
  if (!(now.getTime() < end)) return NO_KEY;
  return usableUntil(createPublicKey({ format: 'jwk', key }), end, now);
}
