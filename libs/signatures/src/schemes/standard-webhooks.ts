import { type KeyObject, verify } from 'node:crypto';
import { Mac } from '../hmac/mac.js';
import { STANDARD_TOLERANCE, standardHmac } from '../hmac/standard-hmac.js';
import { ed25519Key } from '../public-key.js';
import { Refusal } from '../refusal.js';
import type { Claim, SingleScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';

const SIGNATURE = 'webhook-signature';
const PUBLIC_KEY = 'whpk_';
const ASYMMETRIC = 'v1a,';
const ED25519_BYTES = 64;

const mac = new Mac('sha256', 'base64');

/** Signatures of the kind v1 alone; what a secret of ours can make. */
const symmetric = standardHmac('webhook');

/**
 * A public key, `whpk_…`, verifies the signatures of the kind v1a, by Ed25519; any other secret those of the kind v1.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: SingleScheme = {
  ...symmetric,
  secretProblem: (secret) => {
    if (!secret.startsWith(PUBLIC_KEY)) return symmetric.secretProblem(secret);
    return publicKeyOf(secret) ? null : 'must be 32 bytes in base64 behind whpk_';
  },
  read: (request, now) => {
    const list = request.header(SIGNATURE);
    // Mostly one, for which parting it costs more than looking.
    const items = list.includes(' ') ? list.split(' ') : [list];
    const macs = mac.among(items, 'v1,');
    const signatures = signaturesIn(items);
    if (macs.length + signatures.length === 0) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    const id = request.header('webhook-id');
    const timestamp = request.header('webhook-timestamp');
    checkTimestamp(timestamp, 'seconds', STANDARD_TOLERANCE, now);
    return new StandardClaim(macs, signatures, [`${id}.${timestamp}.`, request.body]);
  },
};

class StandardClaim implements Claim {
  /**
   * @param macs of the kind v1
   * @param signatures of the kind v1a
   */
  constructor(
    private readonly macs: readonly string[],
    private readonly signatures: readonly Buffer[],
    readonly signed: readonly [string, Buffer],
  ) {}

  matches(secret: string): boolean {
    if (!secret.startsWith(PUBLIC_KEY)) return mac.isOneOf(this.macs, symmetric.keyOf(secret), this.signed);
    const key = publicKeyOf(secret);
    const [before, body] = this.signed;
    const data = Buffer.concat([Buffer.from(before), body]);
    return key !== null && this.signatures.some((signature) => verify(null, data, key, signature));
  }

  /** A public key gives none. */
  expected(secret: string): string | null {
    return secret.startsWith(PUBLIC_KEY) ? null : mac.of(symmetric.keyOf(secret), this.signed);
  }
}

/** The signatures by Ed25519 among the items. */
function signaturesIn(items: readonly string[]): Buffer[] {
  const found: Buffer[] = [];
  for (const item of items) {
    if (!item.startsWith(ASYMMETRIC)) continue;
    const signature = strictly(item.slice(ASYMMETRIC.length), 'base64');
    if (signature.length === ED25519_BYTES) found.push(signature);
  }
  return found;
}

function publicKeyOf(secret: string): KeyObject | null {
  return ed25519Key(strictly(secret.slice(PUBLIC_KEY.length), 'base64'));
}
