import type { Hold, HoldReason } from './hold.js';

/** What can be paused. A source and a handler can also have a limit, and a handler a breaker. */
export const GATE_KINDS = ['source', 'provider', 'handler'] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** Why a gate holds operations. */
export const GATE_REASONS = ['PAUSE', 'BREAKER', 'LIMIT'] as const satisfies readonly HoldReason[];
export type GateReason = (typeof GATE_REASONS)[number];

/** A gate that holds operations, and why. */
export interface ClosedGate {
  readonly reason: GateReason;
  /** The gate's name. */
  readonly waitsFor: string;
}

/** What decides which gates an operation has to pass. */
export interface GatedOperation {
  readonly source: string;
  readonly provider: string;
  readonly handler: string;
}

/** `source:stripe-eu`, `provider:stripe`, `handler:RecordInvoice`. */
export function gateName(kind: GateKind, name: string): string {
  return `${kind}:${name}`;
}

/** The gates that an operation passes, in their order. */
export function gatesOf(operation: GatedOperation): string[] {
  return GATE_KINDS.map((kind) => gateName(kind, operation[kind]));
}

/** Whether a hold is a gate's. */
function isGateHold({ reason }: Pick<Hold, 'reason'>): boolean {
  return (GATE_REASONS as readonly HoldReason[]).includes(reason);
}

/**
 * The hold of an operation that a gate does not let through. One that was held at a gate before keeps its place among those that wait,
 * and one that had put itself off keeps its deadline for that.
 * @param holds the event's holds so far
 */
export function gateHold(
  eventId: string,
  handler: string,
  gate: ClosedGate,
  holds: readonly Hold[],
  now: Date,
): Hold {
  const before = holds.find((hold) => hold.handler === handler);
  const since = before && isGateHold(before) ? before.since : now;
  const deadline = before && before.reason !== 'PREREQUISITE' ? before.deadline : null;
  return { eventId, handler, ...gate, since, deadline, dueAt: null };
}
