import type { ReplayScope } from '../../src/ingestion/domain/event-status.js';
import type { Attempt, AttemptOutcome } from '../../src/processing/domain/attempt.js';
import { attemptsOfRun } from '../../src/processing/domain/operations.js';
import { edge, type Facts, NOWHERE, type StateMachine } from './state-document.js';

/** One change of one row; null where there was none, or is none any more. */
export interface Change {
  readonly table: string;
  readonly was: Facts | null;
  readonly became: Facts | null;
}

/** What has been seen of one machine: its transitions, each with the key of a row that made it, and where each row is now. */
export interface Observed {
  readonly edges: ReadonlyMap<string, string>;
  readonly now: ReadonlyMap<string, string>;
}

type SeenAttempt = Pick<Attempt, 'run' | 'handler' | 'outcome'> & { readonly isRetried: boolean };

/** Stands for the operations of an event of which none has left a row. */
const UNTOLD = '(any)';

/** The rows of one event as they are at some point of the log. */
class EventRows {
  event: Facts | null = null;
  readonly attempts: SeenAttempt[] = [];
  readonly holds = new Map<string, string>();
  readonly states = new Map<string, string>();

  constructor(
    private readonly machine: StateMachine,
    private readonly edges: Map<string, string>,
  ) {}

  /** Notes what its operations have come to. */
  look(): void {
    if (!this.event) return;
    for (const handler of this.handlers()) {
      const before = this.states.get(handler) ?? this.enter(handler);
      const state = this.stateOf(handler, this.event);
      this.note(handler, before, state);
    }
  }

  /** Every operation begins as what it is when its event has just come. */
  private enter(handler: string): string {
    const fresh = this.machine.stateOf({ attempt: null, hold: null, event: 'RECEIVED' });
    this.note(handler, NOWHERE, fresh);
    return fresh;
  }

  private note(handler: string, from: string, to: string): void {
    this.states.set(handler, to);
    if (from !== to && !this.edges.has(edge(from, to)))
      this.edges.set(edge(from, to), `${String(this.event?.['id'])} ${handler}`);
  }

  private handlers(): string[] {
    const told = new Set([
      ...this.attempts.map(({ handler }) => handler),
      ...this.holds.keys(),
      ...[...this.states.keys()].filter((handler) => handler !== UNTOLD),
    ]);
    if (told.size > 0) return [...told];
    return Number(this.event?.['unhandled']) === 1 ? [] : [UNTOLD];
  }

  private stateOf(handler: string, event: Facts): string {
    const run = { run: Number(event['run']), scope: event['replay_scope'] as ReplayScope | null };
    const last = attemptsOfRun(run, this.attempts).findLast((attempt) => attempt.handler === handler);
    return this.machine.stateOf({
      attempt: last ? (last.isRetried ? 'RETRY' : last.outcome) : null,
      hold: this.holds.get(handler) ?? null,
      event: event['status'] ?? null,
    });
  }
}

/** Whether a worker gives an event up: in the same transaction it may have changed attempts and holds before. */
function isGivenUp(was: Facts | null, became: Facts | null): boolean {
  return was?.['holder'] != null && was['holder'] !== 'queue' && became?.['holder'] === null;
}

/**
 * Which transitions operations have made. Within a transaction an operation's rows are changed one by one, so it is looked at where
 * they agree: when its event's row is about to change, but for what ends a worker's transaction.
 */
export function observeOperations(changes: readonly Change[], machine: StateMachine): Observed {
  const edges = new Map<string, string>();
  const events = new Map<string, EventRows>();
  for (const { table, was, became } of changes) {
    if (table === 'lanes' || table === 'breakers') continue;
    const row = (became ?? was) as Facts;
    const id = String(row[table === 'events' ? 'id' : 'event_id']);
    const rows = events.get(id) ?? new EventRows(machine, edges);
    events.set(id, rows);
    if (table === 'events') {
      if (!isGivenUp(was, became)) rows.look();
      rows.event = became;
    } else if (table === 'attempts') {
      if (was || !became) throw new Error(`an attempt was not added but changed: ${JSON.stringify(row)}`);
      rows.attempts.push(attemptOf(became));
    } else if (became) rows.holds.set(String(row['handler']), String(became['reason']));
    else rows.holds.delete(String(row['handler']));
  }
  const now = new Map<string, string>();
  for (const [id, rows] of events) {
    rows.look();
    for (const [handler, state] of rows.states) now.set(`${id} ${handler}`, state);
  }
  return { edges, now };
}

function attemptOf(row: Facts): SeenAttempt {
  return {
    run: Number(row['run']),
    handler: String(row['handler']),
    outcome: row['outcome'] as AttemptOutcome,
    isRetried: row['retry_at'] !== null,
  };
}
