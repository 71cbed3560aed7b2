import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidV7 } from 'uuid';
import type { JsonValue, WebhookEvent } from '../handler.js';
import { parsePayload } from '../payload.js';
import { idempotencyKeyOf, type ProviderDefinition } from '../provider.js';

/** What is to be other than in the sample. */
export interface SampleChanges extends Partial<Omit<WebhookEvent, 'payload' | 'rawBody' | 'type'>> {
  /**
   * Fields of the body, merged into the sample's at any depth; a list is taken as it is, and undefined takes a field away. The definition
   * derives id, ordering key and time from what comes of it.
   */
  readonly payload?: Changes;
}

interface Changes {
  readonly [field: string]: JsonValue | Changes | undefined;
}

/**
 * A fresh delivery of the folder's `fixtures/<type>.json`, as the provider's definition simulates and reads it.
 * @throws Error where there is no such sample
 */
export function sampleEvent(
  { definition, folder }: { readonly definition: ProviderDefinition; readonly folder: string },
  type: string,
  now: Date,
  { payload, ...changes }: SampleChanges = {},
): WebhookEvent {
  const sample = readFileSync(join(folder, 'fixtures', `${type}.json`), 'utf8');
  const body = payload ? JSON.stringify(merged(JSON.parse(sample), payload)) : sample;
  const { headers, body: rawBody } = definition.simulate({ type, body, id: randomUUID(), now });
  const derived = definition.derive({ headers, body: rawBody });
  const id = uuidV7({ msecs: now.getTime() });
  return {
    id,
    source: definition.slug,
    provider: definition.slug,
    type: derived.type ?? type,
    idempotencyKey: idempotencyKeyOf(definition, derived.id, rawBody) ?? id,
    orderingKey: derived.orderingKey,
    occurredAt: derived.occurredAt,
    receivedAt: now,
    headers,
    payload: parsePayload(headers, rawBody),
    rawBody,
    ...changes,
  };
}

function merged(value: unknown, changes: Changes): unknown {
  const fields = isObject(value) ? value : {};
  const changed = Object.entries(changes).map(([name, change]): [string, unknown] => [
    name,
    isObject(change) ? merged(fields[name], change) : change,
  ]);
  return { ...fields, ...Object.fromEntries(changed) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
