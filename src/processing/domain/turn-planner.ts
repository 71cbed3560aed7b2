import type { HandlerRules, Prerequisites } from './handler-rules.js';
import type { Hold } from './hold.js';
import type { LaneEvent, LaneFacts, Plan } from './lane-event.js';
import { standingOf } from './operations.js';
import { holdOf, missingFor, withAllTheyRequire } from './requirements.js';

/** What to do with one operation when its event's turn has come. */
export type Verdict =
  | { readonly kind: 'RUN' }
  | { readonly kind: 'SUPERSEDED'; readonly why: string }
  | { readonly kind: 'EXPIRED'; readonly why: string };

/** An event whose turn it is, with a verdict for each operation that can be dealt with now. */
export interface Turn {
  readonly eventId: string;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** How soon a lane is looked at elsewhere whose events this process cannot know. */
const UNKNOWN_PROVIDER_MS = 10_000;

/**
 * Decides whose turn it is in a lane. Is shown the lane's events in their order and goes on until one has to be waited for. A parked event
 * lets nothing pass but what it waits for.
 */
export class TurnPlanner {
  readonly turns: Turn[] = [];
  /** New or changed holds of operations that are parked. */
  readonly parked: Hold[] = [];
  /** Events that wait although no serial handler has anything left to do with them, as after a deployment: they are due. */
  readonly forgotten: string[] = [];
  /** The earliest time at which a waiting operation is due. */
  wakeAt: Date | null = null;
  /** Whether any event has serial operations left. */
  isEmpty = true;
  /** Whether it is the turn of a suspect, which was not to be taken. */
  suspectIsNext = false;
  private awaited: ReadonlySet<string> | null = null;
  private readonly coming = new Set<string>();

  constructor(private readonly plan: Plan) {}

  /** The event types that may pass the parked ones; null while none is parked. */
  get awaitedTypes(): readonly string[] | null {
    return this.awaited && [...this.awaited];
  }

  /** Looks at the next event; false when those behind it have to wait. */
  consider(event: LaneEvent, facts: LaneFacts): boolean {
    if (!event.rules) return this.leaveToOthers();
    const open = event.rules.filter((rule) => !standingOf(rule.name, event.history).ended);
    if (open.length === 0) {
      if (isForgotten(event)) this.forgotten.push(event.id);
      return true;
    }
    this.isEmpty = false;
    if (this.awaited && !this.awaited.has(event.type)) {
      this.considerBehindParked(open, event, facts);
      return true;
    }
    if (event.heldUntil || this.turns.length === this.plan.most) {
      // Who has it comes to the lane after that; unless it dies, or knows of no lane, as an older release may.
      this.wakeNoLaterThan(event.heldUntil);
      return false;
    }
    return this.considerHead(open, event, facts);
  }

  private considerHead(open: readonly HandlerRules[], event: LaneEvent, facts: LaneFacts): boolean {
    const verdicts = new Map<string, Verdict>();
    let goesOn = true;
    for (const rule of open) {
      const verdict = this.judge(rule, event, facts);
      if (verdict === 'WAIT') goesOn = false;
      else if (verdict !== 'PARK') verdicts.set(rule.name, verdict);
    }
    if (verdicts.size === 0) return goesOn;
    if (event.isSuspect && !this.plan.takesSuspects) {
      this.suspectIsNext = this.turns.length === 0;
      return false;
    }
    this.turns.push({ eventId: event.id, verdicts });
    this.coming.add(event.type);
    return goesOn;
  }

  /** Its time to wait for what it requires begins now, and not when those before it have had theirs. */
  private considerBehindParked(open: readonly HandlerRules[], event: LaneEvent, facts: LaneFacts): void {
    if (event.heldUntil) return;
    for (const { name, requires } of open) {
      const missing = missingFor(name, requires, event, facts);
      if (requires && missing.length > 0) this.parkedUntil(name, requires.withinMs, missing, event);
    }
  }

  private leaveToOthers(): boolean {
    this.isEmpty = false;
    this.wakeNoLaterThan(new Date(this.plan.now.getTime() + UNKNOWN_PROVIDER_MS));
    return false;
  }

  private judge(rule: HandlerRules, event: LaneEvent, facts: LaneFacts): Verdict | 'PARK' | 'WAIT' {
    const newest = facts.applied.get(rule.name);
    if (rule.supersede && newest !== undefined && newest > event.position) {
      return { kind: 'SUPERSEDED', why: 'a newer event of this key has been applied' };
    }
    const missing = missingFor(rule.name, rule.requires, event, facts);
    if (rule.requires && missing.length > 0)
      return this.judgeMissing(rule.name, rule.requires, missing, event, facts);
    if (holdOf(rule.name, event)?.reason === 'PREREQUISITE') return { kind: 'RUN' };
    const standing = standingOf(rule.name, event.history);
    if (standing.ended) throw new Error(`${rule.name} has ended for event ${event.id}`);
    if (standing.dueAt && standing.dueAt <= this.plan.now) return { kind: 'RUN' };
    this.wakeNoLaterThan(standing.dueAt);
    return 'WAIT';
  }

  private judgeMissing(
    handler: string,
    { withinMs, whenMissing }: Prerequisites,
    missing: readonly string[],
    event: LaneEvent,
    facts: LaneFacts,
  ): Verdict | 'PARK' | 'WAIT' {
    // It may be there in a moment.
    if (missing.every((type) => this.coming.has(type))) return 'WAIT';
    const deadline = this.parkedUntil(handler, withinMs, missing, event);
    if (deadline <= this.plan.now) {
      if (whenMissing === 'run') return { kind: 'RUN' };
      return {
        kind: 'EXPIRED',
        why: `no ${missing.join(', ')} of this key was processed within ${withinMs} ms`,
      };
    }
    const lacking = [...withAllTheyRequire(missing, facts.requiredBy)].filter(
      (type) => !facts.processed.has(type),
    );
    this.awaited = new Set([...(this.awaited ?? []), ...lacking]);
    this.wakeNoLaterThan(deadline);
    return 'PARK';
  }

  /** Notes the hold of a parked operation, where it is new or has changed; gives its deadline. */
  private parkedUntil(handler: string, withinMs: number, missing: readonly string[], event: LaneEvent): Date {
    const held = holdOf(handler, event);
    const since = held?.since ?? this.plan.now;
    const deadline = held?.deadline ?? new Date(since.getTime() + withinMs);
    const waitsFor = missing.join(', ');
    if (deadline > this.plan.now && held?.waitsFor !== waitsFor) {
      this.parked.push({
        ...{ eventId: event.id, handler, reason: 'PREREQUISITE', waitsFor, since },
        ...{ deadline, dueAt: deadline },
      });
    }
    return deadline;
  }

  private wakeNoLaterThan(time: Date | null): void {
    if (time && (!this.wakeAt || time < this.wakeAt)) this.wakeAt = time;
  }
}

/** A hold without a time tells that somebody else wakes it. */
function isForgotten({ waits, history }: LaneEvent): boolean {
  return waits && history.holds.every(({ dueAt }) => dueAt !== null);
}
