import type { HandlerRules } from './handler-rules.js';
import type { Hold } from './hold.js';

/**
 * The hold of an operation that has put itself off, due after its delay and not after its deadline, which counts from the first time in
 * a row, whatever gates have held it in between; null when that is over.
 */
export function laterHold(
  eventId: string,
  { name: handler, laterWithinMs }: Pick<HandlerRules, 'name' | 'laterWithinMs'>,
  holds: readonly Hold[],
  { delayMs, message }: { readonly delayMs: number; readonly message: string },
  now: Date,
): Hold | null {
  const earlier = holds.find((hold) => hold.handler === handler && hold.reason !== 'PREREQUISITE');
  const deadline = earlier?.deadline ?? new Date(now.getTime() + laterWithinMs);
  if (deadline <= now) return null;
  const since = earlier?.reason === 'LATER' ? earlier.since : now;
  const dueAt = new Date(Math.min(now.getTime() + Math.max(0, delayMs || 0), deadline.getTime()));
  return { eventId, handler, reason: 'LATER', waitsFor: message, since, deadline, dueAt };
}
