import type { SignatureScheme } from 'hookwell/signatures';

/** A verified request, as a provider's definition reads it. */
export interface ProviderRequest {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** What a provider's definition derives from a request. */
export interface DerivedEvent {
  /** The provider's own id of the event; null where it sends none (then the body's SHA-256 is the idempotency key). */
  readonly id: string | null;
  /** The provider's name for what happened; null where the request does not say. */
  readonly type: string | null;
  /** The business entity whose events belong in order. */
  readonly orderingKey: string | null;
  /** When it happened, by the provider's clock. */
  readonly occurredAt: Date | null;
  /**
   * The provider's own count of what happened to the entity, where it has one: a whole number that orders the events of a
   * key better than their times do. Then all events of the key must have one.
   */
  readonly sequence?: number | null;
}

/** A sample that is to become a fresh delivery. */
export interface Sample {
  /** The event's type, as the provider spells it. */
  readonly type: string;
  /** The sample's body, from the folder's `fixtures/<type>.json`. */
  readonly body: string;
  /** A new id for the delivery, so that it is no repeat of an earlier one. */
  readonly id: string;
  readonly now: Date;
}

/** Everything Hookwell has to know about a kind of sender. One folder under src/providers exports one of these. */
export interface ProviderDefinition {
  /** The folder's name, and what `POST /sources` calls the provider. */
  readonly slug: string;
  readonly displayName: string;
  /** How it signs. */
  readonly scheme: SignatureScheme;
  /** Largest body in bytes; anything beyond is answered 413. Default: 1 MiB. */
  readonly bodyLimit: number;
  /** Reads a verified request. Must not throw on any body; what it cannot find is null. */
  derive(request: ProviderRequest): DerivedEvent;
  /** Makes a sample the delivery that the provider would send, but for the signature. For `npm run send` and tests. */
  simulate(sample: Sample): ProviderRequest;
}

const MEBIBYTE = 1024 * 1024;

/** Completes a provider's definition with the defaults. */
export function defineProvider(
  definition: Omit<ProviderDefinition, 'bodyLimit'> & { readonly bodyLimit?: number },
): ProviderDefinition {
  return { ...definition, bodyLimit: definition.bodyLimit ?? MEBIBYTE };
}
