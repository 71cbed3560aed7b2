import { isUtf8 } from 'node:buffer';
import type { ZodType } from 'zod';
import { RejectEvent } from './errors.js';
import type { WebhookEvent } from './handler.js';

/** The body as JSON, which is UTF-8 (RFC 8259 section 8.1), or undefined where it is none. Never throws. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** A string (or number, as text) under a path of property names; null where the path leads elsewhere. Never throws. */
export function stringField(value: unknown, ...path: readonly string[]): string | null {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return null;
    current = (current as Record<string, unknown>)[name];
  }
  if (typeof current === 'number') return String(current);
  return typeof current === 'string' && current !== '' ? current : null;
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
