import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { googlePubsub, verifyAsync } from '../index.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const URL = 'https://hooks.example.com/in/pubsub';
const ACCOUNT = 'push@project.iam.gserviceaccount.com';
const ISSUED = 1_770_000_000;

async function verdictAt(second: number): Promise<string> {
  const claims = { iss: 'https://accounts.google.com', aud: URL, email: ACCOUNT, email_verified: true };
  const token = await new SignJWT({ ...claims, iat: ISSUED, exp: ISSUED + 3600 })
    .setProtectedHeader({ alg: 'RS256', kid: 'kid-1' })
    .sign(privateKey);
  const headers = { authorization: `Bearer ${token}` };
  const keys = { resolve: () => Promise.resolve(publicKey) };
  const request = { method: 'POST', url: URL, headers, rawBody: Buffer.from('{}') };
  const verdict = await verifyAsync(googlePubsub, request, [ACCOUNT], new Date(second * 1000), keys);
  return verdict.valid ? 'valid' : verdict.reason;
}

// As CLOCK_SKEW_SECS_ of google-auth-library's OAuth2Client.
it.each([
  [-301, 'future_timestamp'],
  [-300, 'valid'],
  [3899, 'valid'],
  [3900, 'stale_timestamp'],
])('may come %i s after it was issued: %s', async (later, expected) => {
  expect(await verdictAt(ISSUED + later)).toBe(expected);
});
