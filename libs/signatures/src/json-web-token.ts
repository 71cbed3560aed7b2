import type { KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { Refusal } from './refusal.js';
import { strictly } from './secret.js';

const KEY_ID = /^[\w.-]{1,128}$/;

/** A JSON Web Token (RFC 7519) that nobody has verified yet. */
export interface UnverifiedToken {
  readonly text: string;
  readonly keyId: string;
  readonly claims: JWTPayload;
}

/**
 * Reads a token without believing it, so that one that cannot hold costs no fetching of a key.
 * @param algorithm the only one that the provider signs with
 * @throws Refusal when it is no token, or names another algorithm or no key
 */
export function readToken(text: string, algorithm: 'ES256' | 'RS256'): UnverifiedToken {
  // Each part has one spelling; a lenient decoder would let many stand for one signature.
  if (text.split('.').some((part) => strictly(part, 'base64url').length === 0)) throw noToken();
  const { alg, kid, claims } = decoded(text);
  if (alg !== algorithm) throw new Refusal('malformed_header', `the token is not signed with ${algorithm}`);
  if (typeof kid !== 'string' || !KEY_ID.test(kid)) {
    throw new Refusal('malformed_header', 'the token does not name its key');
  }
  return { text, keyId: kid, claims };
}

/** Whether the token is signed with this key and its claims are as wanted. Never rejects. */
export async function holds(
  { text }: UnverifiedToken,
  key: KeyObject,
  options: JWTVerifyOptions,
): Promise<boolean> {
  try {
    await jwtVerify(text, key, options);
    return true;
  } catch {
    return false;
  }
}

/** What a token's signature is over. */
export function signedPart({ text }: UnverifiedToken): string {
  return text.slice(0, text.lastIndexOf('.'));
}

function decoded(text: string): { alg: unknown; kid: unknown; claims: JWTPayload } {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    return { alg, kid, claims: decodeJwt(text) };
  } catch {
    throw noToken();
  }
}

function noToken(): Refusal {
  return new Refusal('malformed_header', 'the token is not a JSON Web Token');
}
