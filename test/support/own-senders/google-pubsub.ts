import type { SignedRequest } from 'hookwell/signatures';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { OAuth2Client } from 'google-auth-library';
import { SignJWT } from 'jose';
import { unsignedTokens } from './json-web-tokens.js';
import {
  ADDRESS,
  changed,
  JSON_BODIES,
  NOW,
  off,
  type OwnSender,
  post,
  textOf,
  usual,
  withHeader,
  only,
} from './own-sender.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const CERTIFICATES = { 'kid-1': rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString() };
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

const ACCOUNT = 'push@project.iam.gserviceaccount.com';

async function pushRequest(
  body: string,
  at: Date,
  {
    claims = {},
    key = rsa.privateKey,
    kid = 'kid-1',
  }: { claims?: Record<string, unknown>; key?: KeyObject; kid?: string } = {},
): Promise<SignedRequest> {
  const iat = Math.floor(at.getTime() / 1000);
  const usualClaims = {
    iss: 'https://accounts.google.com',
    aud: ADDRESS,
    email: ACCOUNT,
    email_verified: true,
    iat,
    exp: iat + 3600,
  };
  const token = new SignJWT({ ...usualClaims, ...claims }).setProtectedHeader({
    alg: 'RS256',
    kid,
    typ: 'JWT',
  });
  return post(body, { authorization: `Bearer ${await token.sign(key)}` });
}

/** As Google's page does: the package verifies the token, and its caller looks at the account. */
async function pushAccepts({ url, headers }: SignedRequest, secret: string): Promise<boolean> {
  const [account, audience = url] = secret.split(' ');
  const [, token = ''] = /Bearer (.*)/.exec(textOf(headers['authorization'])) ?? [];
  try {
    const ticket = await new OAuth2Client().verifySignedJwtWithCertsAsync(
      token,
      CERTIFICATES,
      audience,
      ISSUERS,
    );
    const { email, email_verified: isVerified } = ticket.getPayload() ?? {};
    return email === account && isVerified === true;
  } catch {
    return false;
  }
}

const pushForgery = (
  name: string,
  claims: Record<string, unknown>,
  reason: OwnSender['forgeries'][number]['reason'] = 'signature_mismatch',
): OwnSender['forgeries'][number] => ({
  name,
  reason,
  forge: () => pushRequest('{}', NOW, { claims }),
});

export const googlePubsub: OwnSender = {
  name: 'google-auth-library',
  slug: 'google-pubsub',
  secret: ACCOUNT,
  otherSecret: `other-${ACCOUNT}`,
  header: 'authorization',
  bodies: JSON_BODIES,
  sign: (body, secret = ACCOUNT, at = NOW) => {
    const [email = '', aud = ADDRESS] = secret.split(' ');
    return pushRequest(body, at, { claims: { email, aud } });
  },
  others: [
    { name: 'a token that has just expired', make: () => pushRequest('{}', off(-3899)) },
    {
      name: 'a token that holds for more than a day',
      make: () => pushRequest('{}', NOW, { claims: { exp: NOW.getTime() / 1000 + 86_401 } }),
    },
  ],
  accepts: pushAccepts,
  keys: only(rsa.publicKey),
  forgeries: [
    pushForgery('another account', { email: 'other@project.iam.gserviceaccount.com' }),
    pushForgery('an account that is not verified', { email_verified: false }),
    pushForgery('another audience', { aud: `${ADDRESS}/` }),
    pushForgery('an audience in a list', { aud: [ADDRESS] }),
    pushForgery('another issuer', { iss: 'https://accounts.google.com.evil.example' }),
    pushForgery('no issuer', { iss: undefined }),
    pushForgery('no expiry', { exp: undefined }, 'malformed_header'),
    { name: 'a stale token', reason: 'stale_timestamp', forge: () => pushRequest('{}', off(-3900)) },
    pushForgery('a time that is text', { iat: String(Math.floor(NOW.getTime() / 1000)) }, 'malformed_header'),
    {
      name: 'a future token',
      reason: 'future_timestamp',
      forge: () => pushRequest('{}', off(301)),
    },
    {
      name: 'the token of another key',
      reason: 'signature_mismatch',
      forge: () => pushRequest('{}', NOW, { key: otherRsa.privateKey }),
    },
    withHeader(
      'a token without its word',
      'authorization',
      (value) => value.replace('Bearer ', ''),
      'malformed_header',
    ),
    {
      name: 'a token without the name of its key',
      reason: 'malformed_header',
      forge: () => pushRequest('{}', NOW, { kid: '' }),
    },
    ...unsignedTokens('authorization'),
    {
      name: 'another address than the audience',
      reason: 'signature_mismatch',
      forge: async (sender) => changed(await usual(sender), { url: `${ADDRESS}/other` }),
    },
  ],
};
