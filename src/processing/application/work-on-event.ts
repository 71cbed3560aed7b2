import { Inject, Injectable } from '@nestjs/common';
import { parsePayload, type WebhookEvent } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import type { Attempt } from '../domain/attempt.js';
import { type ClaimedEvent, MOST_ABANDONED_CLAIMS } from '../domain/claimed-event.js';
import type { Hold } from '../domain/hold.js';
import { type Lane, laneOf } from '../domain/lane.js';
import { dueHandlers, type History, isDue, isSuccess, outcomeOf, standingOf } from '../domain/operations.js';
import { type Applied, type Settlement, settlement } from '../domain/settlement.js';
import type { Turn, Verdict } from '../domain/turn-planner.js';
import type { Entrant } from '../infrastructure/lanes/lane-entrance.js';
import { Gates } from './gates/gates.js';
import { HandlerRegistry, type RegisteredHandler } from './handlers/handler-registry.js';
import { type FinishedAttempt, RunOperation } from './run-operation.js';

/** What working on an event has come to. */
export interface Work {
  readonly settlement: Settlement;
  /** Every attempt that was made, those that their transactions have recorded included. */
  readonly attempts: readonly Attempt[];
  /** Whether a handler's transaction has settled the event with its own commit. */
  readonly isSettled: boolean;
  /** Whether the next event of the lane need not wait for this one. */
  readonly endsTurn: boolean;
}

/** An event's turn in its lane. */
export interface EventTurn {
  readonly verdicts: Turn['verdicts'];
  /** Whether the lane is there for this event alone, and has to be left when it is settled. */
  readonly isAlone: boolean;
}

/** An event that has nothing to do but to wait for its turn. */
export interface Entry extends Entrant {
  /** What to do where its turn comes at once. */
  readonly verdicts: Turn['verdicts'];
}

/** A claim under work. */
interface Claim {
  readonly claimed: ClaimedEvent;
  readonly event: WebhookEvent;
  readonly handlers: readonly RegisteredHandler[];
  readonly lane: Lane | null;
  /** The operations that wait for their turn in the lane. */
  readonly inLane: readonly string[];
  /** Null where the event was claimed because it was due, and not because its turn has come. */
  readonly turn: EventTurn | null;
}

/** Runs what is due of one claimed event, and says what that comes to. */
@Injectable()
export class WorkOnEvent {
  constructor(
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(RunOperation) private readonly runOperation: RunOperation,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** The way of a new event into its lane, where all its operations have to wait for their turns; else null. */
  entryOf({ event, attempts, holds }: ClaimedEvent): Entry | null {
    const lane = laneOf(event);
    const rules = this.registry.for(event.provider, event.type);
    if (!lane || rules.length === 0 || attempts.length > 0 || holds.length > 0) return null;
    if (!rules.every(({ serial }) => serial)) return null;
    return {
      eventId: event.id,
      lane,
      goesAlone: rules.every(({ requires, supersede }) => !requires && !supersede),
      verdicts: new Map(rules.map(({ name }) => [name, { kind: 'RUN' }])),
    };
  }

  /** @throws AttemptGivenUpError when the event is not ours to settle any more */
  async execute(claimed: ClaimedEvent, rawBody: Buffer, turn: EventTurn | null): Promise<Work> {
    const { event, claims } = claimed;
    const lane = laneOf(event);
    // Others of its lane may wait for it although it does not wait itself.
    const atOnce = { holds: noHolds(claimed), entersLane: turn ? null : lane };
    const payload = parsePayload(event.headers, rawBody);
    if (payload === undefined) {
      const error = 'the body is neither JSON nor a form, so no handler was run';
      return withoutRun(settlement(event.id, 'FAILED', { malformed: true, error, ...atOnce }));
    }
    const handlers = this.registry.for(event.provider, event.type);
    if (handlers.length === 0) {
      const waking = this.registry.isAwaited(event.provider, event.type) ? lane : null;
      const rest = { unhandled: true, entersLane: waking, holds: noHolds(claimed) };
      return withoutRun(settlement(event.id, 'PROCESSED', rest));
    }
    if (claims > MOST_ABANDONED_CLAIMS) {
      const error = `its worker died ${MOST_ABANDONED_CLAIMS} times while processing it`;
      return withoutRun(settlement(event.id, 'FAILED', { error, ...atOnce }));
    }
    const inLane = lane ? handlers.filter(({ serial }) => serial).map(({ name }) => name) : [];
    return this.run({ claimed, event: { ...event, rawBody, payload }, handlers, lane, inLane, turn });
  }

  private async run(claim: Claim): Promise<Work> {
    const { claimed, turn } = claim;
    const verdicts = turn?.verdicts ?? new Map<string, Verdict>();
    const now = this.clock.now();
    const toRun = this.handlersToRun(claim, now);
    // All of them are waited for, even when the event was lost: none may go on once we have forgotten it.
    const runs = await Promise.allSettled(toRun.map((handler) => this.runOne(claim, handler)));
    const results = runs.flatMap((run) => {
      if (run.status === 'rejected') throw run.reason as Error;
      return run.value ?? [];
    });
    const finished = results.filter((result): result is FinishedAttempt => 'attempt' in result);
    const passedOver = [...verdicts].flatMap(([handler, verdict]) =>
      verdict.kind === 'RUN' ? [] : this.passedOver(claimed, handler, verdict),
    );
    const dealtWith = new Set([...toRun.map(({ name }) => name), ...verdicts.keys()]);
    const holds = [
      ...claimed.holds.filter(({ handler }) => !dealtWith.has(handler)),
      ...results.filter((result): result is Hold => 'reason' in result),
    ];
    const attempts = [...finished.map(({ attempt }) => attempt), ...passedOver];
    const recorded = finished.filter(({ recorded: by }) => by !== false).map(({ attempt }) => attempt);
    const history = { attempts: [...claimed.attempts, ...attempts], holds };
    return {
      settlement: {
        ...this.settle(
          claim,
          history,
          attempts.filter((attempt) => !recorded.includes(attempt)),
        ),
        hasWorked: dealtWith.size > 0,
      },
      attempts,
      isSettled: finished.some(({ recorded: by }) => by === 'EVENT'),
      endsTurn: claim.inLane.every((name) => standingOf(name, history).ended),
    };
  }

  private settle(claim: Claim, history: History, unrecorded: readonly Attempt[]): Settlement {
    const { claimed, event, handlers, lane, inLane, turn } = claim;
    const { status, dueAt } = outcomeOf(
      handlers.map(({ name }) => name),
      inLane,
      history,
      this.clock.now(),
    );
    const waits = inLane.some((name) => !standingOf(name, history).ended);
    const wakes = status === 'PROCESSED' && this.registry.isAwaited(event.provider, event.type);
    const applied = handlers.flatMap((handler) =>
      unrecorded.some((attempt) => attempt.handler === handler.name && attempt.outcome === 'SUCCEEDED')
        ? this.applied(claim, handler)
        : [],
    );
    return settlement(event.id, status, {
      dueAt,
      attempts: unrecorded,
      holds: claimed.holds.length + history.holds.length > 0 ? history.holds : null,
      applied,
      error: unrecorded.findLast(({ error }) => error !== null)?.error ?? null,
      entersLane: turn === null && (waits || wakes) ? lane : null,
    });
  }

  private handlersToRun({ claimed, handlers, inLane, turn }: Claim, now: Date): RegisteredHandler[] {
    const names = handlers.map(({ name }) => name);
    const due = turn ? names.filter((name) => isDue(name, claimed, now)) : dueHandlers(names, claimed, now);
    return handlers.filter(({ name }) =>
      inLane.includes(name) ? turn?.verdicts.get(name)?.kind === 'RUN' : due.includes(name),
    );
  }

  private runOne(claim: Claim, handler: RegisteredHandler): Promise<FinishedAttempt | Hold | null> {
    const { claimed, event, handlers, lane, turn } = claim;
    const isLast = handlers.every(({ name }) => name === handler.name || isOver(name, claimed));
    // Whoever may have waited for this event, and a lane that is to be left, are looked after when it is settled.
    const isAwaited = turn === null && lane !== null && this.registry.isAwaited(event.provider, event.type);
    const withSuccess = {
      applied: this.applied(claim, handler),
      endsEvent: isLast && !isAwaited && !turn?.isAlone ? { hasHolds: claimed.holds.length > 0 } : null,
    };
    return this.gates.pass(claimed, handler, () =>
      this.runOperation.execute(handler, event, claimed, withSuccess),
    );
  }

  private applied({ claimed, lane }: Claim, { name: handler, supersede }: RegisteredHandler): Applied[] {
    return supersede && lane ? [{ laneId: lane.id, handler, position: claimed.position }] : [];
  }

  private passedOver({ event, run, attempts }: ClaimedEvent, handler: string, verdict: Verdict): Attempt[] {
    if (verdict.kind === 'RUN') return [];
    return [
      {
        eventId: event.id,
        run,
        handler,
        attempt: attempts.filter((attempt) => attempt.handler === handler).length + 1,
        outcome: verdict.kind,
        startedAt: this.clock.now(),
        durationMs: 0,
        result: null,
        error: verdict.why,
        retryAt: null,
      },
    ];
  }
}

/** Whether an operation has succeeded, so that the event does not wait for it. */
function isOver(handler: string, { attempts }: History): boolean {
  const last = attempts.findLast((attempt) => attempt.handler === handler);
  return last !== undefined && isSuccess(last);
}

function withoutRun(made: Settlement): Work {
  return { settlement: made, attempts: [], isSettled: false, endsTurn: true };
}

/** Takes away what holds there are. */
function noHolds({ holds }: ClaimedEvent): readonly Hold[] | null {
  return holds.length > 0 ? [] : null;
}
