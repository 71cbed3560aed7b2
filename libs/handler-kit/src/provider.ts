import type { SignatureScheme } from 'hookwell/signatures';
import type { Handshake, ProviderAnswer } from './handshake.js';
import { bodyDigest } from './payload.js';

/** A verified request, as a provider's definition reads it. */
export interface ProviderRequest {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** What a provider's definition derives from a request. */
export interface DerivedEvent {
  /** The provider's own id of the event; null where it sends none (then the body's SHA-256 is the idempotency key, unless bodies repeat). */
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

/** What a provider expects of who receives its events, for `GET /providers`. */
export interface Delivery {
  /** Milliseconds within which it wants an answer; null where it does not say. */
  readonly answerWithinMs: number | null;
  /** How it tries again, in a few words; null where it does not say. */
  readonly retries: string | null;
}

/** Everything Hookwell has to know about a kind of sender. One folder under src/providers exports one of these. */
export interface ProviderDefinition {
  /** The folder's name, and what `POST /sources` calls the provider. */
  readonly slug: string;
  readonly displayName: string;
  /** Address of its page about webhooks; null for none. */
  readonly documentation: string | null;
  /** How it signs. */
  readonly scheme: SignatureScheme;
  /** Largest body in bytes; anything beyond is answered 413. Default: 1 MiB. */
  readonly bodyLimit: number;
  readonly delivery: Delivery;
  /**
   * What it has to be answered once its event is stored, whatever the event, or by the request; where nothing is said, or null, 200 with our
   * own JSON. Must not throw on any body.
   */
  readonly answer?: ProviderAnswer | ((request: ProviderRequest) => ProviderAnswer | null);
  /** Whether a signature that does not hold is answered 401 with an empty body, not with a problem document. Default: false. */
  readonly refusesInSilence: boolean;
  /** Whether a handshake brings the secret, so that a source is added without one. Default: false. */
  readonly secretComesWithHandshake: boolean;
  /**
   * Whether two events can have the same body and no id, so that the one must not be taken for a repeat of the other. Then nothing
   * without an id is a repeat. Default: false.
   */
  readonly bodiesRepeat: boolean;
  /** Default: none. */
  readonly handshakes: readonly Handshake[];
  /** Reads a verified request. Must not throw on any body; what it cannot find is null. */
  derive(request: ProviderRequest): DerivedEvent;
  /** Makes a sample the delivery that the provider would send, but for the signature. For `npm run send` and tests. Default: JSON as it is. */
  simulate(sample: Sample): ProviderRequest;
}

const MEBIBYTE = 1024 * 1024;

const DEFAULTS = {
  documentation: null,
  bodyLimit: MEBIBYTE,
  delivery: { answerWithinMs: null, retries: null },
  refusesInSilence: false,
  secretComesWithHandshake: false,
  bodiesRepeat: false,
  handshakes: [],
  simulate: ({ body }) => jsonRequest(body),
} satisfies Partial<ProviderDefinition>;

type Defaulted = keyof typeof DEFAULTS;

/** Completes a provider's definition with the defaults. */
export function defineProvider(
  definition: Omit<ProviderDefinition, Defaulted> & Partial<Pick<ProviderDefinition, Defaulted>>,
): ProviderDefinition {
  return { ...DEFAULTS, ...definition };
}

/**
 * A sample in JSON as a request, for {@link ProviderDefinition.simulate}.
 * @param body an object's JSON, where fields are given
 * @param fields what takes the place of its own: a fresh id, the time
 * @param headers beside the content type
 */
export function jsonRequest(
  body: string,
  fields: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): ProviderRequest {
  const isChanged = Object.keys(fields).length > 0;
  return {
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(isChanged ? JSON.stringify({ ...(JSON.parse(body) as object), ...fields }) : body),
  };
}

/** What a request has to be answered once its event is stored; null for our own JSON. */
export function answerTo({ answer }: ProviderDefinition, request: ProviderRequest): ProviderAnswer | null {
  return (typeof answer === 'function' ? answer(request) : answer) ?? null;
}

/**
 * What tells an event from others: the provider's id, else the SHA-256 of its body; null where nothing does, and every delivery is an event of
 * its own.
 */
export function idempotencyKeyOf(
  { bodiesRepeat }: Pick<ProviderDefinition, 'bodiesRepeat'>,
  id: string | null,
  body: Buffer,
): string | null {
  return id ?? (bodiesRepeat ? null : bodyDigest(body));
}
