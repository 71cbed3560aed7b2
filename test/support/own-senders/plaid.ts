import type { SignedRequest } from 'hookwell/signatures';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { unsignedTokens } from './json-web-tokens.js';
import { JSON_BODIES, NOW, off, type OwnSender, post, textOf, withBody, only } from './own-sender.js';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function plaidRequest(
  body: string,
  at: Date,
  { hash = body, key = ec.privateKey, kid = 'kid-1', alg = 'ES256' } = {},
): Promise<SignedRequest> {
  const claims = { request_body_sha256: createHash('sha256').update(hash).digest('hex') };
  const token = new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).setIssuedAt(at);
  return post(body, { 'plaid-verification': await token.sign(key) });
}

/** The steps of its page. */
async function plaidAccepts({ headers, rawBody }: SignedRequest): Promise<boolean> {
  try {
    const keyOf = ({ kid }: { kid?: string }): KeyObject => {
      if (kid === 'kid-1') return ec.publicKey;
      throw new Error('there is no such key');
    };
    const { payload } = await jwtVerify(textOf(headers['plaid-verification']), keyOf, {
      algorithms: ['ES256'],
      maxTokenAge: '5 min',
      clockTolerance: 0,
      currentDate: NOW,
    });
    return payload['request_body_sha256'] === createHash('sha256').update(rawBody).digest('hex');
  } catch {
    return false;
  }
}

export const plaid: OwnSender = {
  name: 'jose',
  slug: 'plaid',
  secret: '5f1c8a:0123456789abcdef',
  otherSecret: 'not for Plaid to know',
  header: 'plaid-verification',
  bodies: JSON_BODIES,
  sign: (body, _, at = NOW) => plaidRequest(body, at),
  accepts: (signed) => plaidAccepts(signed),
  keys: only(ec.publicKey),
  forgeries: [
    withBody('a body changed by one byte', (body) => body.replace('1250', '1251')),
    withBody('a body indented anew', (body) => JSON.stringify(JSON.parse(body), null, 4)),
    withBody('an empty body', () => ''),
    { name: 'a stale token', reason: 'stale_timestamp', forge: () => plaidRequest('{}', off(-301)) },
    { name: 'a future token', reason: 'future_timestamp', forge: () => plaidRequest('{}', off(301)) },
    {
      name: 'the token of another key',
      reason: 'signature_mismatch',
      forge: () => plaidRequest('{}', NOW, { key: otherEc.privateKey }),
    },
    {
      name: 'the hash of another body',
      reason: 'signature_mismatch',
      forge: () => plaidRequest('{}', NOW, { hash: '[]' }),
    },
    {
      name: 'a token without the name of its key',
      reason: 'malformed_header',
      forge: () => plaidRequest('{}', NOW, { kid: '' }),
    },
    {
      name: 'a token of another algorithm',
      reason: 'malformed_header',
      forge: () => plaidRequest('{}', NOW, { key: rsa.privateKey, alg: 'RS256' }),
    },
    ...unsignedTokens('plaid-verification'),
  ],
};
