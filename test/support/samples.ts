import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Of the provider folders; npm runs everything from the project's root. */
const ROOT = resolve('src/providers');

/** An id in `expected.json` that is some SHA-256; of what, is for the folder's own spec to say. */
export const ANY_DIGEST = '{digest}';

/** What stands for {@link ANY_DIGEST}. */
export const DIGEST = /^[0-9a-f]{64}$/;

/** What the definition has to find in a sample that is played. `{id}` in a text stands for the delivery's id. */
export interface Found {
  /** Null where the provider sends none, {@link ANY_DIGEST} for a digest; where nothing is said, a text with the delivery's id in it. */
  readonly id?: string | null;
  /** Where nothing is said, the sample's type. */
  readonly type?: string | null;
  readonly orderingKey: string | null;
  /** In ISO 8601. */
  readonly occurredAt: string | null;
  readonly sequence?: number;
}

/**
 * Event types of which the provider's folder has a sample, `fixtures/<type>.json`. A type with a slash is a folder and a file, and a
 * colon is written `%3A`.
 */
export function sampleTypes(slug: string): string[] {
  return readdirSync(join(ROOT, slug, 'fixtures'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => decodeURIComponent(file.slice(0, -'.json'.length)));
}

/** The sample as it is in the folder. */
export function sampleOf(slug: string, type: string): string {
  return readFileSync(join(ROOT, slug, 'fixtures', `${type.replaceAll(':', '%3A')}.json`), 'utf8');
}

/** When a sample is played that `expected.json` tells of; the times in it stand for those of other plays. */
export const PLAYED_AT = new Date('2026-01-31T12:00:00.000Z');

/** What has to be found in each sample that is played under an id, by type: the folder's `expected.json`. */
export function expectedOf(slug: string, id: string, at = PLAYED_AT): Readonly<Record<string, Found>> {
  const text = readFileSync(join(ROOT, slug, 'expected.json'), 'utf8')
    .replaceAll('{id}', id)
    .replaceAll(PLAYED_AT.toISOString(), at.toISOString())
    .replaceAll(String(PLAYED_AT.getTime()), String(at.getTime()));
  return JSON.parse(text) as Record<string, Found>;
}
