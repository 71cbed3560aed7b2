import { describe, expect, it } from 'vitest';
import type { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import type { AttemptOutcome } from '../../processing/domain/attempt.js';
import type { AttemptEntity } from '../../processing/infrastructure/attempt.entity.js';
import type { HoldEntity } from '../../processing/infrastructure/hold.entity.js';
import { operationViews } from './operation-views.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');

function tried(run: number, outcome: AttemptOutcome, retryAt: Date | null = null): AttemptEntity {
  const rest = { startedAt: NOW, durationMs: 1, result: null, error: null, retryAt };
  return { eventId: 'e', run, handler: 'H', attempt: 1, outcome, ...rest };
}

const HOLD = { eventId: 'e', handler: 'H', since: NOW, deadline: null, dueAt: null };
const hold: HoldEntity = { ...HOLD, reason: 'PAUSE', waitsFor: 'handler:H' };

function status(
  event: Partial<EventEntity>,
  attempts: readonly AttemptEntity[],
  holds: readonly HoldEntity[] = [],
): string | undefined {
  const whole = { run: 0, replayScope: null, ...event } as EventEntity;
  return operationViews({ event: whole, attempts, holds, payload: null as never })[0]?.status;
}

describe('the status of an operation', () => {
  it.each([
    ['PROCESSED', 'SUCCEEDED', 'SUCCEEDED'],
    ['PROCESSED', 'SUPERSEDED', 'SUPERSEDED'],
    ['FAILED', 'ERRORED', 'FAILED'],
    ['FAILED', 'TIMED_OUT', 'FAILED'],
    ['FAILED', 'REJECTED', 'FAILED'],
    ['FAILED', 'EXPIRED', 'FAILED'],
  ] as const)('of a %s event whose last attempt has %s is %s', (event, outcome, expected) => {
    expect(status({ status: event }, [tried(0, outcome)])).toBe(expected);
  });

  it('is PENDING while it is tried again or held, and FAILED where its event was discarded meanwhile', () => {
    const again = [tried(0, 'ERRORED', NOW)];
    expect(status({ status: 'RECEIVED' }, again)).toBe('PENDING');
    expect(status({ status: 'RECEIVED' }, [], [hold])).toBe('PENDING');
    expect(status({ status: 'RECEIVED' }, again, [hold])).toBe('PENDING');
    expect(status({ status: 'FAILED' }, again)).toBe('FAILED');
  });

  it('is that of the last run: PENDING until a replay has come to it', () => {
    const attempts = [tried(0, 'REJECTED')];
    expect(status({ status: 'RECEIVED', run: 1, replayScope: 'ALL' }, attempts)).toBe('PENDING');
    expect(status({ status: 'RECEIVED', run: 1, replayScope: 'ALL' }, [tried(0, 'SUCCEEDED')])).toBe(
      'PENDING',
    );
    expect(
      status({ status: 'PROCESSED', run: 1, replayScope: 'ALL' }, [...attempts, tried(1, 'SUCCEEDED')]),
    ).toBe('SUCCEEDED');
  });

  it('is that of an earlier run where a replay builds on it, or has ended without coming to it', () => {
    const attempts = [tried(0, 'SUCCEEDED')];
    expect(status({ status: 'RECEIVED', run: 1, replayScope: 'FAILED' }, attempts)).toBe('SUCCEEDED');
    expect(status({ status: 'FAILED', run: 1, replayScope: 'ALL' }, attempts)).toBe('SUCCEEDED');
    expect(status({ status: 'FAILED', run: 1, replayScope: 'ALL' }, [tried(0, 'REJECTED')])).toBe('FAILED');
  });
});
