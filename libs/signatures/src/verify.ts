import { KeyObject } from 'node:crypto';
import { asRefusal, Refusal, verdictOf } from './refusal.js';
import { RequestReader } from './request-reader.js';
import type { SignedRequest } from './request.js';
import type {
  Claim,
  Claims,
  FetchedKeyClaim,
  FetchedKeyScheme,
  KeyRequest,
  KeyResolver,
  LocalScheme,
  SignatureScheme,
} from './scheme.js';
import { isUsable } from './secret.js';
import type { Verdict } from './verdict.js';

const NO_MATCH: Verdict = {
  valid: false,
  reason: 'signature_mismatch',
  detail: 'no signature matches any secret',
};
const NO_SECRET: Verdict = {
  valid: false,
  reason: 'no_secret',
  detail: 'the source has no usable secret',
};

/**
 * Verifies a request's signature over its raw bytes, in constant time. Any of the secrets may match; where several things are each signed
 * by themselves, each may match another, and the verdict names the first one's. Never throws.
 * @param now the time that timestamps are held against
 */
export function verify(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
): Verdict {
  return verifyGiven(scheme, new RequestReader(request), secrets, now);
}

/**
 * As {@link verify}, also for schemes whose keys are fetched. Never rejects.
 * @param keys fetches public keys
 */
export function verifyAsync(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
  keys: KeyResolver,
): Promise<Verdict> {
  return verifyRead(scheme, new RequestReader(request), secrets, now, keys);
}

/** As {@link verifyAsync}, of a request that somebody looks on at being read. */
export async function verifyRead(
  scheme: SignatureScheme,
  request: RequestReader,
  secrets: readonly string[],
  now: Date,
  keys: KeyResolver,
): Promise<Verdict> {
  try {
    if (scheme.keys === 'given') return verifyGiven(scheme, request, secrets, now);
    return await verifyFetched(scheme, request, secrets, now, keys);
  } catch (error) {
    return verdictOf(error);
  }
}

function verifyGiven(
  scheme: SignatureScheme,
  request: RequestReader,
  secrets: readonly string[],
  now: Date,
): Verdict {
  try {
    if (scheme.keys === 'fetched') {
      throw new Refusal(
        'key_resolver_needed',
        'this scheme fetches keys: use verifyAsync with a KeyResolver',
      );
    }
    const claim = scheme.read(request, now);
    return 'parts' in claim ? matchOfAll(claim, scheme, secrets) : matchOf(claim, scheme, secrets);
  } catch (error) {
    return verdictOf(error);
  }
}

function matchOf(claim: Claim, scheme: LocalScheme, secrets: readonly string[]): Verdict {
  let usable = false;
  let doubt: Refusal | undefined;
  for (const [secretIndex, secret] of secrets.entries()) {
    if (!isUsable(scheme, secret)) continue;
    usable = true;
    try {
      if (claim.matches(secret)) return { valid: true, secretIndex };
    } catch (error) {
      // The next secret may do.
      doubt ??= asRefusal(error);
    }
  }
  if (doubt) throw doubt;
  return usable ? NO_MATCH : NO_SECRET;
}

/** The first part's, where all of them hold. */
function matchOfAll({ parts }: Claims, scheme: LocalScheme, secrets: readonly string[]): Verdict {
  let first: Verdict = NO_MATCH;
  for (const [index, part] of parts.entries()) {
    const verdict = matchOf(part, scheme, secrets);
    if (!verdict.valid) return verdict;
    if (index === 0) first = verdict;
  }
  return first;
}

async function verifyFetched(
  scheme: FetchedKeyScheme,
  request: RequestReader,
  secrets: readonly string[],
  now: Date,
  keys: KeyResolver,
): Promise<Verdict> {
  const claim = scheme.read(request, now);
  let usable = false;
  let doubt: Refusal | undefined;
  for (const [secretIndex, secret] of secrets.entries()) {
    if (!isUsable(scheme, secret)) continue;
    usable = true;
    try {
      if (await matchesFetched(claim, secret, keys)) return { valid: true, secretIndex };
    } catch (error) {
      // The next secret may do. What cannot be told now outweighs what is known not to hold.
      const refusal = asRefusal(error);
      if (!doubt || refusal.reason === 'key_unavailable') doubt = refusal;
    }
  }
  if (doubt) throw doubt;
  return usable ? NO_MATCH : NO_SECRET;
}

async function matchesFetched(claim: FetchedKeyClaim, secret: string, keys: KeyResolver): Promise<boolean> {
  const wanted = claim.key(secret);
  if (!wanted) return false;
  const key = await resolved(keys, wanted);
  if (!key) throw new Refusal('unknown_key', 'the provider has no such key');
  return claim.matches(secret, key);
}

/** The key, however a resolver says that it cannot be told: whatever it throws is no fault of the sender's. */
async function resolved(keys: KeyResolver, wanted: KeyRequest): Promise<KeyObject | null> {
  try {
    const key: unknown = await keys.resolve(wanted);
    if (key === null || key instanceof KeyObject) return key;
    throw new TypeError('its resolver gives no KeyObject');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'its resolver does not say why';
    throw new Refusal('key_unavailable', `the key cannot be fetched now: ${why}`);
  }
}
