import type { JsonValue } from './handler.js';

/** A request that may be a handshake: one in which a provider asks who answers at this address. */
export interface HandshakeRequest {
  readonly method: string;
  /** Parameters of the address that are there once, decoded. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** The source's active secrets, newest first; of a signed request the one alone that it is signed with. */
  readonly secrets: readonly string[];
  /**
   * Whether this is what the admin has agreed upon with the provider for handshakes alone, Meta's verify token say. Compares in
   * constant time.
   */
  isHandshakeSecret(text: string): boolean;
}

/** What a provider is answered. */
export interface ProviderAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}

/** What a handshake is answered with. */
export interface HandshakeAnswer extends ProviderAnswer {
  /**
   * What has to be done before it is answered: visit an address (https) of the provider's, or keep the secret that it has sent.
   * Where that fails it is answered 503; where a secret is kept already it is no handshake.
   */
  readonly effect?: { readonly visit: string } | KeptSecret;
}

/** A secret that a handshake brings, to be kept as the source's first. */
export interface KeptSecret {
  readonly keepSecret: string;
  /** Whether a person has to copy it into a page of the provider's, so that an admin may be shown it once. Default: false. */
  readonly isToBeCopied?: boolean;
}

/** A request that means to be a handshake, and is none to be agreed to. */
export interface RefusedHandshake {
  /** Why; for the people who run the receiver, in `GET /sources/{name}/rejections`, never for the sender. */
  readonly refused: string;
}

/** One of a provider's handshakes. It is answered in place of being stored as an event. */
export interface Handshake {
  /** Whether the provider signs it: then it is answered only where the signature holds. */
  readonly signed: boolean;
  /** Null when the request is no such handshake. Must not throw on any request. */
  answer(request: HandshakeRequest): HandshakeAnswer | RefusedHandshake | null;
}

/** As many characters as a challenge may have. The longest that is known, Microsoft Graph's, has about two hundred. */
const LONGEST_CHALLENGE = 1024;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** A challenge that can be sent back to whoever has sent it: printable ASCII of bounded length; null for anything else. */
export function challengeOf(text: string | null | undefined): string | null {
  if (typeof text !== 'string' || text.length > LONGEST_CHALLENGE) return null;
  return PRINTABLE.test(text) ? text : null;
}

/** An answer in plain text; null for none. Nothing else may be made of it, since some other side has chosen the text. */
export function textAnswer(text: string | null): HandshakeAnswer | null {
  if (text === null) return null;
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

const NO_VERIFY_TOKEN =
  'hub.verify_token is none of the secrets of the source whose purpose is handshake; POST /sources/{name}/secrets adds one';

/** The handshake of hubs: a GET shows what is agreed upon, and wants its challenge back. Meta's, and that of WebSub's kind. */
export const hubHandshake: Handshake = {
  signed: false,
  answer(request) {
    const { method, query } = request;
    if (method !== 'GET' || query.get('hub.mode') !== 'subscribe') return null;
    const token = query.get('hub.verify_token');
    if (token === undefined || !request.isHandshakeSecret(token)) return { refused: NO_VERIFY_TOKEN };
    return textAnswer(challengeOf(query.get('hub.challenge')));
  },
};

/** An answer in JSON. */
export function jsonAnswer(value: JsonValue): HandshakeAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}
