import type { SignedRequest } from 'hookwell/signatures';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
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

async function pushAccepts({ headers }: SignedRequest, secret: string): Promise<boolean> {
  try {
    const [account, audience = ADDRESS] = secret.split(' ');
    const { payload } = await jwtVerify(
      textOf(headers['authorization']).replace('Bearer ', ''),
      rsa.publicKey,
      {
        algorithms: ['RS256'],
        issuer: ['https://accounts.google.com', 'accounts.google.com'],
        audience,
        currentDate: NOW,
      },
    );
    return payload['email'] === account && payload['email_verified'] === true;
  } catch {
    return false;
  }
}

const pushForgery = (
  name: string,
  claims: Record<string, unknown>,
  reason: OwnSender['forgeries'][number]['reason'] = 'signature_mismatch',
  difference?: string,
): OwnSender['forgeries'][number] => ({
  name,
  reason,
  ...(difference !== undefined && { difference }),
  forge: () => pushRequest('{}', NOW, { claims }),
});

export const googlePubsub: OwnSender = {
  slug: 'google-pubsub',
  secret: ACCOUNT,
  otherSecret: `other-${ACCOUNT}`,
  header: 'authorization',
  bodies: JSON_BODIES,
  sign: (body, secret = ACCOUNT, at = NOW) => {
    const [email = '', aud = ADDRESS] = secret.split(' ');
    return pushRequest(body, at, { claims: { email, aud } });
  },
  accepts: pushAccepts,
  keys: only(rsa.publicKey),
  forgeries: [
    pushForgery('another account', { email: 'other@project.iam.gserviceaccount.com' }),
    pushForgery('an account that is not verified', { email_verified: false }),
    pushForgery('another audience', { aud: `${ADDRESS}/` }),
    pushForgery('another issuer', { iss: 'https://accounts.google.com.evil.example' }),
    pushForgery('no issuer', { iss: undefined }),
    pushForgery(
      'no expiry',
      { exp: undefined },
      'malformed_header',
      'the library takes a token without one; Google always sets it',
    ),
    { name: 'a stale token', reason: 'stale_timestamp', forge: () => pushRequest('{}', off(-3900)) },
    {
      name: 'a future token',
      reason: 'future_timestamp',
      difference: 'the library looks at the expiry alone',
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
      'it is the library of tokens, and not of headers',
    ),
    ...unsignedTokens('authorization'),
    {
      name: 'another address than the audience',
      reason: 'signature_mismatch',
      difference: 'the address is told it',
      forge: async (sender) => changed(await usual(sender), { url: `${ADDRESS}/other` }),
    },
  ],
};
