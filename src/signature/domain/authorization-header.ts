import { googlePubsub, type HmacTemplate, type SignatureScheme } from 'hookwell/signatures';

const AUTHORIZATION = 'authorization';

/** Schemes that read a bearer token there, which they neither are data for nor show as a secret. */
const BY_BEARER_TOKEN: readonly SignatureScheme[] = [googlePubsub];

/**
 * Whether a request needs the authorization header for its signature, so that it has no room there for basic credentials.
 * @param secrets those that it may be verified with: some schemes have the header named by the secret, and one that names another is enough
 */
export function signsInAuthorization(scheme: SignatureScheme, secrets: readonly string[]): boolean {
  if (BY_BEARER_TOKEN.includes(scheme)) return true;
  if (scheme.keys === 'given' && scheme.template) return headersOf(scheme.template).includes(AUTHORIZATION);
  const ways = secrets.length === 0 ? [[]] : secrets.map((secret) => [secret]);
  return ways.every((way) => {
    const shownIn = scheme.shownIn?.(way) ?? [];
    return shownIn.length > 0 && shownIn.every((name) => name === AUTHORIZATION);
  });
}

/** The headers that a template names. */
function headersOf({ signature, id, timestamp }: HmacTemplate): (string | undefined)[] {
  const time = timestamp && 'header' in timestamp.at ? timestamp.at.header : undefined;
  return [signature.header, id?.header, time];
}
