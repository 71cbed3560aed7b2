import type { HandlerRules } from './handler-rules.js';
import type { Hold } from './hold.js';
import { type History, standingOf } from './operations.js';

/** An unfinished event of a lane, as the lane's holder sees it. */
export interface LaneEvent {
  readonly id: string;
  readonly type: string;
  /** What orders the events of a key: the provider's sequence, or the time at which it happened. */
  readonly position: number;
  /** A worker has it: it is the one to go on with it. */
  readonly inOtherHands: boolean;
  /** The serial handlers of its type; null where this process lacks its provider's folder. */
  readonly rules: readonly HandlerRules[] | null;
  readonly history: History;
}

/** What has come of the lane's other events. */
export interface LaneFacts {
  /** Event types of which one is PROCESSED. */
  readonly processed: ReadonlySet<string>;
  /** By handler, the position of the newest event that it has applied. */
  readonly applied: ReadonlyMap<string, number>;
}

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
  /** The earliest time at which a waiting operation is due. */
  wakeAt: Date | null = null;
  /** Whether any event has serial operations left. */
  isEmpty = true;
  /** Types that parked events wait for; null while none is parked. */
  private awaited: ReadonlySet<string> | null = null;
  private readonly coming = new Set<string>();

  constructor(
    private readonly now: Date,
    private readonly most: number,
  ) {}

  /** Looks at the next event; false when those behind it have to wait. */
  consider(event: LaneEvent, facts: LaneFacts): boolean {
    if (!event.rules) return this.leaveToOthers();
    const open = event.rules.filter((rule) => !standingOf(rule.name, event.history).ended);
    if (open.length === 0) return true;
    this.isEmpty = false;
    if (this.awaited && !this.awaited.has(event.type)) return true;
    if (event.inOtherHands || this.turns.length === this.most) return false;
    const verdicts = new Map<string, Verdict>();
    let goesOn = true;
    for (const rule of open) {
      const verdict = this.judge(rule, event, facts);
      if (verdict === 'WAIT') goesOn = false;
      else if (verdict !== 'PARK') verdicts.set(rule.name, verdict);
    }
    if (verdicts.size > 0) {
      this.turns.push({ eventId: event.id, verdicts });
      this.coming.add(event.type);
    }
    return goesOn;
  }

  private leaveToOthers(): boolean {
    this.isEmpty = false;
    this.wakeNoLaterThan(new Date(this.now.getTime() + UNKNOWN_PROVIDER_MS));
    return false;
  }

  private judge(rule: HandlerRules, event: LaneEvent, facts: LaneFacts): Verdict | 'PARK' | 'WAIT' {
    const newest = facts.applied.get(rule.name);
    if (rule.supersede && newest !== undefined && newest > event.position) {
      return { kind: 'SUPERSEDED', why: 'a newer event of this key has been applied' };
    }
    const missing = rule.requires?.types.filter((type) => !facts.processed.has(type)) ?? [];
    if (rule.requires && missing.length > 0) return this.park(rule.name, rule.requires, missing, event);
    const hold = event.history.holds.find(({ handler }) => handler === rule.name);
    if (hold?.reason === 'PREREQUISITE') return { kind: 'RUN' };
    const standing = standingOf(rule.name, event.history);
    if (standing.ended) throw new Error(`${rule.name} has ended for event ${event.id}`);
    if (standing.dueAt && standing.dueAt <= this.now) return { kind: 'RUN' };
    this.wakeNoLaterThan(standing.dueAt);
    return 'WAIT';
  }

  private park(
    handler: string,
    { withinMs, whenMissing }: NonNullable<HandlerRules['requires']>,
    missing: readonly string[],
    event: LaneEvent,
  ): Verdict | 'PARK' | 'WAIT' {
    // It may be there in a moment.
    if (missing.every((type) => this.coming.has(type))) return 'WAIT';
    const held = event.history.holds.find((hold) => hold.handler === handler);
    const parked = held?.reason === 'PREREQUISITE' ? held : null;
    const deadline = parked?.deadline ?? new Date(this.now.getTime() + withinMs);
    if (deadline <= this.now) {
      if (whenMissing === 'run') return { kind: 'RUN' };
      return {
        kind: 'EXPIRED',
        why: `no ${missing.join(', ')} of this key was processed within ${withinMs} ms`,
      };
    }
    const waitsFor = missing.join(', ');
    if (parked?.waitsFor !== waitsFor) {
      const since = parked?.since ?? this.now;
      const { id: eventId } = event;
      this.parked.push({
        eventId,
        handler,
        reason: 'PREREQUISITE',
        waitsFor,
        since,
        deadline,
        dueAt: deadline,
      });
    }
    this.awaited = new Set([...(this.awaited ?? []), ...missing]);
    this.wakeNoLaterThan(deadline);
    return 'PARK';
  }

  private wakeNoLaterThan(time: Date | null): void {
    if (time && (!this.wakeAt || time < this.wakeAt)) this.wakeAt = time;
  }
}
