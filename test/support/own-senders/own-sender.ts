import type { KeyObject } from 'node:crypto';
import type { KeyResolver, RejectionReason, SignedRequest } from 'hookwell/signatures';

/** When all of these senders sign, unless they are told otherwise. */
export const NOW = new Date('2026-01-31T12:00:00.500Z');
export const ADDRESS = 'https://hooks.example.com/webhooks/shop';

/** A request that its provider could send, and that is more than another body. */
export interface Genuine {
  readonly name: string;
  readonly make: () => SignedRequest | Promise<SignedRequest>;
}

/** A request that is not what its provider has signed. */
export interface Forgery {
  readonly name: string;
  readonly reason: RejectionReason;
  readonly forge: (sender: OwnSender) => SignedRequest | Promise<SignedRequest>;
}

/** A provider with a scheme of its own, played with its own package where it has one. */
export interface OwnSender {
  /** The package that signs or verifies, or what stands for one. */
  readonly name: string;
  readonly slug: string;
  readonly secret: string;
  readonly otherSecret: string;
  /** The header that carries the signature; null where the body does. */
  readonly header: string | null;
  /** Bodies as the provider could send them, by what is special about them; the first is a usual one. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly others?: readonly Genuine[];
  sign(body: string, secret?: string, at?: Date): SignedRequest | Promise<SignedRequest>;
  /** The provider's own verifier; null where it has published none. */
  readonly accepts: ((request: SignedRequest, secret: string) => boolean | Promise<boolean>) | null;
  /** The provider's keys, where the scheme fetches them. */
  readonly keys?: KeyResolver;
  readonly forgeries: readonly Forgery[];
}

/** For who has none. */
export const noKeys: KeyResolver = { resolve: () => Promise.reject(new Error('no key is needed')) };

export const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
export const JSON_TYPE = { 'content-type': 'application/json' };

export const JSON_BODIES = {
  'as sent': JSON.stringify({ id: 'evt_1', type: 'thing.happened', amount: 1250, name: 'Zoë' }),
  indented: JSON.stringify({ id: 'evt_1', amount: 1250 }, null, 2),
  'with white space at its ends': ' \r\n{"amount":1250}\n',
  'with characters of every length': '{"name":"é€😀\\u0000","amount":1250}',
  'with a byte order mark': '\uFEFF{"amount":1250}',
  'of 100 kB': JSON.stringify({ amount: 1250, text: 'x'.repeat(100_000) }),
};

/** A request to our address. */
export function post(body: string, headers: Record<string, string>, url = ADDRESS): SignedRequest {
  return { method: 'POST', url, headers, rawBody: Buffer.from(body) };
}

/** The request with some of it changed. */
export function changed(
  request: SignedRequest,
  change: {
    readonly headers?: Record<string, string | string[]>;
    readonly body?: string;
    readonly url?: string;
  },
): SignedRequest {
  return {
    ...request,
    url: change.url ?? request.url,
    headers: { ...request.headers, ...change.headers },
    rawBody: change.body === undefined ? request.rawBody : Buffer.from(change.body),
  };
}

/** The request with its JSON written otherwise, where values are signed and not bytes. */
export function indented(request: SignedRequest): SignedRequest {
  return changed(request, { body: JSON.stringify(JSON.parse(request.rawBody.toString()), null, 2) });
}

/** The usual request with its body changed by a function, behind the provider's back. */
export function withBody(
  name: string,
  change: (body: string) => string,
  reason: RejectionReason = 'signature_mismatch',
): Forgery {
  return {
    name,
    reason,
    forge: async (sender) => {
      const request = await usual(sender);
      const body = change(request.rawBody.toString());
      if (body === request.rawBody.toString()) throw new Error(`nothing is changed: ${name}`);
      return changed(request, { body });
    },
  };
}

/** The usual request with one header changed by a function, behind the provider's back. */
export function withHeader(
  name: string,
  header: string,
  change: (value: string) => string | string[],
  reason: RejectionReason = 'signature_mismatch',
): Forgery {
  return {
    name,
    reason,
    forge: async (sender) => {
      const request = await usual(sender);
      return changed(request, { headers: { [header]: change(textOf(request.headers[header])) } });
    },
  };
}

/** A usual request of the provider. */
export async function usual(sender: OwnSender): Promise<SignedRequest> {
  const [body = ''] = Object.values(sender.bodies);
  return sender.sign(body);
}

/** The seconds that a provider counts. */
export const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));

/** The time that is so many seconds off. */
export const off = (by: number): Date => new Date(NOW.getTime() + by * 1000);

/** The fields of a form as servers read them: a list where one is there several times. */
export function formOf(body: Buffer): Record<string, string | string[]> {
  const form = new URLSearchParams(body.toString());
  return Object.fromEntries(
    [...form.keys()].map((name) => {
      const [value = '', ...more] = form.getAll(name);
      return [name, more.length === 0 ? value : [value, ...more]];
    }),
  );
}

/** A header's value that is there once. */
export function textOf(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Whether a verifier that throws, or answers, is content. */
export async function isContent(verifier: () => unknown): Promise<boolean> {
  try {
    return (await verifier()) !== false;
  } catch {
    return false;
  }
}

/** A provider that has one key, whoever asks. */
export function only(key: KeyObject): KeyResolver {
  return { resolve: () => Promise.resolve(key) };
}
