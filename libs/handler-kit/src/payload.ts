import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ZodType } from 'zod';
import { RejectEvent } from './errors.js';
import type { WebhookEvent } from './handler.js';

const DECIMAL = /^\d+(\.\d+)?$/;

/** The body as JSON, which is UTF-8 (RFC 8259 section 8.1), or undefined where it is none. Never throws. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * What a handler gets of a body: its JSON, or the fields of a form where the request says that it is one, a field that is there several
 * times as a list; undefined where it is neither. A form of nothing but `payload=<a JSON object>`, as GitHub and Slack send, is that
 * object. Never throws.
 */
export function parsePayload(headers: Readonly<Record<string, string | string[]>>, body: Buffer): unknown {
  const json = parseJson(body);
  if (json !== undefined || !FORM.test(headerField(headers, 'content-type') ?? '')) return json;
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  const wrapped = fields.size === 1 ? fields.get('payload') : undefined;
  const inner = wrapped?.length === 1 ? parseJson(Buffer.from(wrapped[0] ?? '')) : undefined;
  if (typeof inner === 'object' && inner !== null) return inner;
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values] as const),
  );
}

/** A string (or number, as text) under a path of property names; null where the path leads elsewhere. Never throws. */
export function stringField(value: unknown, ...path: readonly string[]): string | null {
  const found = valueAt(value, path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** A list under a path of property names; an empty one where the path leads elsewhere. Never throws. */
export function listField(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The text (or number, as text) that all of a request's items have under a path; null where one has another. Never throws. */
export function sharedField(items: readonly unknown[], ...path: readonly string[]): string | null {
  const [first = null, ...others] = new Set(items.map((item) => stringField(item, ...path)));
  return others.length === 0 ? first : null;
}

/** Parts of an id or a key, joined by spaces; null where one is missing, or there are none. */
export function joinFields(...parts: readonly (string | null)[]): string | null {
  return parts.length === 0 || parts.includes(null) ? null : parts.join(' ');
}

/** The SHA-256 of a body's bytes, as 64 hexadecimal digits: what tells one body from another, byte for byte. */
export function bodyDigest(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

/** A header that was sent exactly once; null where it is missing, empty or repeated. */
export function headerField(
  headers: Readonly<Record<string, string | string[]>>,
  name: string,
): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A point in time from a provider's text (ISO 8601) or number of seconds; null where it is none. */
export function timeField(value: string | number | null): Date | null {
  if (value === null) return null;
  const time = new Date(typeof value === 'number' ? value * 1000 : value);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** As {@link timeField}, from a text that is in UTC also where it names no zone. */
export function utcField(text: string | null): Date | null {
  return timeField(text === null || /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
}

/** A point in time from seconds since 1970, a number or its digits; null where it is none. */
export function secondsField(text: string | null): Date | null {
  return text !== null && DECIMAL.test(text) ? timeField(Number(text)) : null;
}

/** As {@link secondsField}, from milliseconds. */
export function millisecondsField(text: string | null): Date | null {
  return text !== null && DECIMAL.test(text) ? timeField(Number(text) / 1000) : null;
}

/**
 * The event's payload in the shape that the handler needs.
 * @throws RejectEvent that names the first wrong field: trying again would not change it
 */
export function payloadOf<T>(schema: ZodType<T>, event: Pick<WebhookEvent, 'payload'>): T {
  const parsed = schema.safeParse(event.payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = ['payload', ...(issue?.path ?? [])].join('.');
  throw new RejectEvent(`${field}: ${issue?.message ?? 'wrong'}`);
}
