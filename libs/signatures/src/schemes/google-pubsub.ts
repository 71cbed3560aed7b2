import { sameText } from '../constant-time.js';
import { holds, readToken, signedPart } from '../json-web-token.js';
import { Refusal } from '../refusal.js';
import type { FetchedKeyScheme } from '../scheme.js';

const KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const ISSUERS = ['accounts.google.com', 'https://accounts.google.com'];
/** Seconds that Google's clock may be off, both ways, as its own library has it. */
const TOLERANCE = 300;
const BEARER = /^Bearer ([\w.-]+)$/i;

/**
 * A token says who has sent the message and to whom; the message itself is not signed: only TLS keeps it. The secret is the service
 * account's e-mail, and behind a space the audience where it is not the address of the endpoint.
 * https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export const googlePubsub: FetchedKeyScheme = {
  keys: 'fetched',
  secretName: "service account's e-mail, a space, and the audience (default: the address)",
  secretProblem: (secret) =>
    /^[^@\s]+@[^@\s]+( \S+)?$/.test(secret)
      ? null
      : 'must be an e-mail, and a space before the audience if any',
  read: (request, now) => {
    const bearer = BEARER.exec(request.header('authorization'))?.[1];
    if (bearer === undefined) throw new Refusal('malformed_header', 'authorization is no bearer token');
    const token = readToken(bearer, 'RS256');
    const { iss, aud, email, email_verified: isVerified } = token.claims;
    checkLifetime(token.claims, now);
    if (iss === undefined || !ISSUERS.includes(iss)) {
      throw new Refusal('signature_mismatch', 'the token is not issued by accounts.google.com');
    }
    return {
      signed: [signedPart(token)],
      key: (secret) => {
        const [account = '', audience = request.url] = secret.split(' ');
        const isMeant = typeof email === 'string' && isVerified === true && sameText(email, account);
        const isForUs = typeof aud === 'string' && sameText(aud, audience);
        return isMeant && isForUs ? { kind: 'jwks', url: KEYS, keyId: token.keyId } : null;
      },
      matches: (_, key) =>
        holds(token, key, { algorithms: ['RS256'], currentDate: now, clockTolerance: TOLERANCE }),
    };
  },
};

function checkLifetime({ iat, exp }: { iat?: number; exp?: number }, now: Date): void {
  const clock = now.getTime() / 1000;
  if (typeof iat !== 'number' || typeof exp !== 'number') {
    throw new Refusal('malformed_header', 'the token has no times');
  }
  // Said this way round, a clock without a time lets nothing pass.
  if (!(clock < exp + TOLERANCE))
    throw new Refusal('stale_timestamp', `the token expired ${clock - exp} s ago`);
  if (!(iat <= clock + TOLERANCE))
    throw new Refusal('future_timestamp', `issued ${iat - clock} s ahead of our clock`);
}
