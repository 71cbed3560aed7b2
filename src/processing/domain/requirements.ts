import type { HandlerRules } from './handler-rules.js';
import type { Hold } from './hold.js';
import type { LaneEvent, LaneFacts, RequiredBy } from './lane-event.js';

/** Some event types, what their own handlers require, and so on: all that has to pass for them to come about. */
export function withAllTheyRequire(types: readonly string[], requiredBy: RequiredBy): Set<string> {
  const all = new Set(types);
  // A set goes on to what is added while it is gone through.
  for (const type of all) for (const further of requiredBy(type)) all.add(further);
  return all;
}

/**
 * The types that an operation still has to wait for: none once it was let through, when it has been tried or is held for another reason.
 * An event never waits for its own type, which a pattern may take along.
 */
export function missingFor(
  handler: string,
  requires: HandlerRules['requires'],
  event: LaneEvent,
  { processed }: LaneFacts,
): readonly string[] {
  const hold = holdOf(handler, event);
  const tried = event.history.attempts.some((attempt) => attempt.handler === handler);
  if (!requires || tried || (hold && hold.reason !== 'PREREQUISITE')) return [];
  return requires.types.filter((type) => type !== event.type && !processed.has(type));
}

/** What an operation of the event waits for. */
export function holdOf(handler: string, { history }: LaneEvent): Hold | undefined {
  return history.holds.find((hold) => hold.handler === handler);
}
