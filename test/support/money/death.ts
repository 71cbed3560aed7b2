import type { SeededRandom } from './random.js';

const HANDLER_STEPS = [
  ...['begin', 'opened', 'moved', 'written', 'audited'],
  ...['before the call', 'called', 'remembered'],
] as const;

/** Where a worker ends: at a step that it comes to, or so many milliseconds after it has begun to start, or has started. */
export type Death =
  | { readonly at: 'database'; readonly when: 'before' | 'during' | 'after'; readonly count: number }
  | { readonly at: 'handler'; readonly when: (typeof HANDLER_STEPS)[number]; readonly count: number }
  | { readonly at: 'start' | 'any time'; readonly ms: number };

/** Most at a step of the database or of a handler, some at any time, a few while they start. */
export function randomDeath(random: SeededRandom): Death {
  const kind = random.next();
  if (kind < 0.45) {
    const when = random.one(['before', 'during', 'after'] as const);
    return { at: 'database', when, count: random.whole(1, 300) };
  }
  if (kind < 0.75) return { at: 'handler', when: random.one(HANDLER_STEPS), count: random.whole(1, 30) };
  if (kind < 0.95) return { at: 'any time', ms: random.whole(0, 300) };
  return { at: 'start', ms: random.whole(0, 600) };
}
