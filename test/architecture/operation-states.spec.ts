import { describe, expect, it } from 'vitest';
import { ATTEMPT_OUTCOMES } from '../../src/processing/domain/attempt.js';
import { HOLD_REASONS, type HoldReason } from '../../src/processing/domain/hold.js';
import {
  type EventOutcome,
  type History,
  type KnownAttempt,
  outcomeOf,
  standingOf,
} from '../../src/processing/domain/operations.js';
import { readStateMachines, type StateMachine } from '../support/state-document.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const PAST = new Date(NOW.getTime() - 1000);
const SOON = new Date(NOW.getTime() + 1000);
const LATER = new Date(NOW.getTime() + 2000);

/** All that is known of one operation, but for which it is. */
interface Known {
  readonly attempt: Pick<KnownAttempt, 'outcome' | 'retryAt'> | null;
  readonly hold: { readonly reason: HoldReason; readonly dueAt: Date | null } | null;
  readonly inLane: boolean;
}

const ATTEMPTS: readonly Known['attempt'][] = [
  null,
  ...ATTEMPT_OUTCOMES.map((outcome) => ({ outcome, retryAt: null })),
  ...(['ERRORED', 'TIMED_OUT'] as const).flatMap((outcome) =>
    [PAST, SOON].map((retryAt) => ({ outcome, retryAt })),
  ),
];
const HOLDS: readonly Known['hold'][] = [
  null,
  ...HOLD_REASONS.flatMap((reason) => [null, PAST, LATER].map((dueAt) => ({ reason, dueAt }))),
];
/** Every combination but for one: what was tried is not parked again. */
const ALL: readonly Known[] = ATTEMPTS.flatMap((attempt) =>
  HOLDS.flatMap((hold) => [true, false].map((inLane) => ({ attempt, hold, inLane }))),
).filter(({ attempt, hold }) => !(attempt?.retryAt && hold?.reason === 'PREREQUISITE'));

const machines = readStateMachines();
const events = machines.get('Event') as StateMachine;
const operations = machines.get('Operation') as StateMachine;

function stateOf({ attempt, hold }: Known, event = 'RECEIVED'): string {
  const last = attempt && (attempt.retryAt ? 'RETRY' : attempt.outcome);
  return operations.stateOf({ attempt: last, hold: hold?.reason ?? null, event });
}

const nameOf = (index: number): string => `Handler${index}`;

function historyOf(known: readonly Known[]): History {
  const rest = { eventId: 'e', waitsFor: 'x', since: PAST, deadline: null };
  return {
    attempts: known.flatMap(({ attempt }, index) =>
      attempt ? [{ handler: nameOf(index), attempt: 1, ...attempt }] : [],
    ),
    holds: known.flatMap(({ hold }, index) => (hold ? [{ handler: nameOf(index), ...hold, ...rest }] : [])),
  };
}

function outcomeFor(known: readonly Known[]): EventOutcome {
  const names = known.map((_, index) => nameOf(index));
  const inLane = names.filter((_, index) => known[index]?.inLane);
  return outcomeOf(names, inLane, historyOf(known), NOW);
}

/** When an operation that has not ended is to be taken up, by the document; null where something else wakes it. */
function timeOf(known: Known): Date | null {
  const times: Readonly<Record<string, Date | null | undefined>> = {
    NEW: NOW,
    RETRYING: known.attempt?.retryAt,
  };
  const time = times[stateOf(known)] ?? known.hold?.dueAt ?? null;
  // Whoever has the lane takes it up.
  if (!time || (known.inLane && time <= NOW)) return null;
  return time < NOW ? NOW : time;
}

const ENDS = new Map(ALL.map((known) => [known, operations.endOf(stateOf(known))]));
const TIMES = new Map(ALL.map((known) => [known, timeOf(known)]));

/** The state of the event of some operations, and when it is due, by the document. */
function expectedOf(known: readonly Known[]): { readonly state: string; readonly dueAt: Date | null } {
  const ends = known.map((each) => ENDS.get(each));
  if (ends.every((end) => end === 'success')) return { state: 'PROCESSED', dueAt: null };
  if (ends.every((end) => end !== null)) return { state: 'FAILED', dueAt: null };
  const times = known.flatMap((each) => (ENDS.get(each) === null ? (TIMES.get(each) ?? []) : []));
  const [first = null] = times.toSorted((a, b) => a.getTime() - b.getTime());
  return { state: first ? 'SCHEDULED' : 'WAITING', dueAt: first };
}

/** The state of a settled event. */
function eventState({ status, dueAt }: EventOutcome): string {
  const at = (of: string): string | null => (status === of ? 'then' : null);
  return events.stateOf({
    ...{ status, holder: null, due_at: dueAt && 'then' },
    ...{ processed_at: at('PROCESSED'), failed_at: at('FAILED'), discarded_at: null },
  });
}

describe('what is known of an operation', () => {
  it('is one state of the document, in every combination', () => {
    expect(ALL.length).toBe(11 * 16 * 2 - 4 * 3 * 2);
    const states = new Set(ALL.map((known) => stateOf(known)));
    expect(states.add('DROPPED')).toEqual(new Set(operations.states));
    for (const known of ALL) {
      const ended = operations.endOf(stateOf(known)) !== null;
      for (const event of ['PROCESSED', 'FAILED'])
        expect(stateOf(known, event)).toBe(ended ? stateOf(known) : 'DROPPED');
    }
  });

  it('says whether it has ended, and as what', () => {
    for (const known of ALL) {
      const end = operations.endOf(stateOf(known));
      const standing = standingOf(nameOf(0), historyOf([known]));
      expect({ known, ended: standing.ended }).toEqual({ known, ended: end !== null });
      if (standing.ended)
        expect({ known, succeeded: standing.succeeded }).toEqual({ known, succeeded: end === 'success' });
    }
  });
});

describe('what operations come to', () => {
  it.each([
    ['one', ALL.map((known) => [known])],
    ['two', ALL.flatMap((first) => ALL.map((second) => [first, second]))],
  ])('is the state of the event that the document says, in every combination of %s', (_, combinations) => {
    const wrong = combinations.filter((known) => {
      const outcome = outcomeFor(known);
      const expected = expectedOf(known);
      return eventState(outcome) !== expected.state || outcome.dueAt?.getTime() !== expected.dueAt?.getTime();
    });
    expect(wrong).toEqual([]);
  });
});
