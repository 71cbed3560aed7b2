import { verify } from 'node:crypto';
import { ed25519Key } from '../public-key.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkUnpartedSeconds } from '../timestamp.js';

const SIGNATURE = 'x-signature-ed25519';
const SIGNATURE_BYTES = 64;

/** https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers */
export const discord: LocalScheme = {
  keys: 'given',
  secretName: "application's public key",
  secretProblem: (secret) => (keyOf(secret) ? null : 'must be a public key: 64 hex digits'),
  read: (request) => {
    const signature = strictly(request.header(SIGNATURE), 'hex');
    if (signature.length !== SIGNATURE_BYTES) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    const timestamp = request.header('x-signature-timestamp');
    // Its age is not looked at, since Discord names no limit; but where it ends, the body begins.
    checkUnpartedSeconds(timestamp);
    const signed = [timestamp, request.body];
    const data = Buffer.concat([Buffer.from(timestamp), request.body]);
    return {
      signed,
      matches: (secret) => {
        const key = keyOf(secret);
        return key !== null && verify(null, data, key, signature);
      },
    };
  },
};

const keyOf = (secret: string): ReturnType<typeof ed25519Key> =>
  ed25519Key(strictly(secret.toLowerCase(), 'hex'));
