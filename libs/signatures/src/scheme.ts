import type { KeyObject } from 'node:crypto';
import type { HmacTemplate } from './hmac/template.js';
import type { RequestReader } from './request-reader.js';
import type { SigningRequest } from './request.js';

/** What a request says of its own signature, read before any secret is used. */
export interface Claim {
  /** What is signed, piece by piece; for who has to see why a signature does not hold. */
  readonly signed: readonly (string | Buffer)[];
  /**
   * Whether the signature holds by this secret. Compares in constant time.
   * @throws Refusal when it holds by none, though it can be told what is signed: its time is far off, say
   */
  matches(secret: string): boolean;
  /** The signature that this secret gives, as the provider would write it; null where it gives none. */
  expected?(secret: string): string | null;
}

/**
 * What a request says that carries several things, each signed by itself: all of them have to hold, each by any of the secrets. A
 * request that has none of them says nothing, and does not hold.
 */
export interface Claims {
  readonly parts: readonly Claim[];
}

/** As {@link Claim}, where the secret alone does not verify: a public key has to be fetched. */
export interface FetchedKeyClaim {
  readonly signed: readonly (string | Buffer)[];
  /** The key that the request claims to be signed with; null where it is not meant for who has this secret, so that none is fetched. */
  key(secret: string): KeyRequest | null;
  /** Whether the signature holds by this key and is meant for who has this secret. */
  matches(secret: string, key: KeyObject): boolean | Promise<boolean>;
}

/** A public key, by where it is kept. Addresses have been checked to be the provider's own. */
export type KeyRequest =
  | { readonly kind: 'certificate'; readonly url: string }
  | { readonly kind: 'jwks'; readonly url: string; readonly keyId: string }
  | { readonly kind: 'plaid'; readonly keyId: string; readonly credentials: string };

/** Fetches providers' public keys, for a library that does no I/O. */
export interface KeyResolver {
  /**
   * The key; null where the provider has none of that name.
   * @throws Error when it cannot be told now
   */
  resolve(request: KeyRequest): Promise<KeyObject | null>;
}

interface Described {
  /** What the provider calls the secret and where it shows it; for who has to paste it. */
  readonly secretName: string;
  /** What is wrong with a secret's form, in words that do not repeat it; null when it can verify. */
  secretProblem(secret: string): string | null;
  /**
   * The headers in which a request shows a secret or a part of one, in lower case: what they have is neither to be kept readably nor to be
   * told, whichever secret it is.
   */
  shownIn?(secrets: readonly string[]): readonly string[];
  /**
   * The body of a request that holds, without the secrets that it shows; for who keeps it. All else is as it was. Only where a scheme has
   * them in the body.
   */
  withoutSecrets?(body: Buffer): Buffer;
}

/** A scheme that a secret alone verifies. */
export interface LocalScheme extends Described {
  readonly keys: 'given';
  /** The scheme as data, where it is one HMAC. */
  readonly template?: HmacTemplate;
  /** @throws Refusal when the request cannot be what the provider sends */
  read(request: RequestReader, now: Date): Claim | Claims;
  /** The headers that make a request the provider's own, where a secret can and the scheme is not one HMAC. */
  sign?(request: Required<SigningRequest>, secret: string): Record<string, string>;
}

/** A scheme whose requests say one thing each, as most do. */
export interface SingleScheme extends LocalScheme {
  /** @throws Refusal when the request cannot be what the provider sends */
  read(request: RequestReader, now: Date): Claim;
}

/** A scheme whose public keys the provider publishes. */
export interface FetchedKeyScheme extends Described {
  readonly keys: 'fetched';
  /** @throws Refusal when the request cannot be what the provider sends */
  read(request: RequestReader, now: Date): FetchedKeyClaim;
}

/** How a provider signs. */
export type SignatureScheme = LocalScheme | FetchedKeyScheme;
