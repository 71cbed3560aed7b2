import { KeyObject } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { type KeyAnswer, type KeyPlace, tellsNothing, type Told } from './key-place.js';

const GOOGLE = 'https://www.googleapis.com/';
const SECOND = 1000;
/** Milliseconds for which a set is believed at least, at most, and where its provider does not say. */
const LIFE = { least: 60 * SECOND, most: 24 * 3600 * SECOND, unsaid: 300 * SECOND };

/** The keys that a provider signs with at a time. */
export interface KeySet {
  readonly readAt: Date;
  /** The key of this id; null where it is none of them. */
  key(id: string): Promise<KeyObject | null>;
}

/** The JSON Web Key Set (RFC 7517) at an address; null where no provider keeps one there. */
export function keySetAt(url: string): KeyPlace<KeySet> | null {
  return url.startsWith(GOOGLE) ? { name: url, question: { url }, read } : null;
}

function read(answer: KeyAnswer, now: Date): Told<KeySet> {
  if (answer.status !== 200) throw tellsNothing(answer);
  const keyOf = createLocalJWKSet(JSON.parse(answer.body.toString()) as JSONWebKeySet);
  const known = new Map<string, KeyObject>();
  const key = async (id: string): Promise<KeyObject | null> => {
    try {
      const found = known.get(id) ?? KeyObject.from(await keyOf({ alg: 'RS256', kid: id }));
      known.set(id, found);
      return found;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      throw error;
    }
  };
  return { value: { readAt: now, key }, forMs: lifeOf(answer) };
}

/** How long an answer stays fresh (RFC 9111 section 4.2), within bounds. */
function lifeOf({ cacheControl, age }: KeyAnswer): number {
  const seconds = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl)?.[1];
  if (seconds === undefined) return LIFE.unsaid;
  return Math.min(LIFE.most, Math.max(LIFE.least, (Number(seconds) - age) * SECOND));
}
