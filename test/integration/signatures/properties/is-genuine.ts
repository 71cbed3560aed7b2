import { isDeepStrictEqual } from 'node:util';
import type { SignedRequest } from 'hookwell/signatures';
import type { Subject } from './subjects.js';
import { METHOD_SIGNED, SHOWN, UNSIGNED, UNSIGNED_HEADERS, URL_SIGNED } from './unsigned.js';

/** Whether a request still says all that its provider has signed, so that it may be valid. */
export function isGenuine(subject: Subject, request: SignedRequest, secrets: readonly unknown[]): boolean {
  const { slug, request: original, secret } = subject;
  const shown = SHOWN[slug];
  if (shown !== undefined && shown(secret)[0] in original.headers) {
    return secrets.some((known) => {
      const [header, value] = shown(String(known));
      return valuesOf(request.headers, (name) => name === header)[0] === value;
    });
  }
  const { body, secret: ofSecret } = UNSIGNED[slug] ?? {};
  const knows = (one: unknown): boolean =>
    one === secret ||
    (typeof one === 'string' && ofSecret !== undefined && isAlike(ofSecret.view, one, secret));
  const url = URL_SIGNED[slug];
  // What is no buffer counts as the text that it is.
  const bytes = Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.from(String(request.rawBody));
  return (
    secrets.some(knows) &&
    (bytes.equals(original.rawBody) || (body !== undefined && isAlike(body.view, bytes, original.rawBody))) &&
    (url === undefined || isAlike(url, request.url, original.url)) &&
    (!METHOD_SIGNED.includes(slug) || request.method === original.method) &&
    signedHeaders(subject).every((name) => isHeaderGenuine(subject, name, request))
  );
}

/** The headers that carry a signature, or that are signed. */
export function signedHeaders({ slug, request }: Subject): string[] {
  const names = Object.keys(request.headers);
  return slug === 'contentful' ? names : names.filter((name) => !UNSIGNED_HEADERS.includes(name));
}

function isHeaderGenuine(subject: Subject, name: string, { headers }: SignedRequest): boolean {
  const { slug, request, separator } = subject;
  const [value, ...others] = valuesOf(headers, (key) => key === name);
  // One header for each key, and any may hold.
  if (slug === 'docusign') {
    return valuesOf(headers, (key) => key.startsWith('x-docusign-signature-')).includes(
      request.headers[name],
    );
  }
  if (others.length > 0 || typeof value !== 'string') return false;
  const original = String(request.headers[name]);
  if (value === original) return true;
  const view = UNSIGNED[slug]?.headers?.[name]?.view;
  if (view) return isAlike(view, value, original);
  if (separator === undefined) return false;
  const [items, wanted] = [value, original].map((list) =>
    list.split(separator).map((item) => item.replaceAll(' ', '')),
  );
  return wanted?.every((item) => items?.includes(item)) === true;
}

/** One without a value is not there. */
function valuesOf(headers: SignedRequest['headers'], isMeant: (name: string) => boolean): unknown[] {
  return Object.entries(headers)
    .filter(([name]) => isMeant(name.toLowerCase()))
    .flatMap(([, value]): unknown[] => [value].flat())
    .filter((value) => value !== undefined);
}

function isAlike<T>(view: (part: T) => unknown, one: T, other: T): boolean {
  try {
    return isDeepStrictEqual(view(one), view(other));
  } catch {
    return false;
  }
}
