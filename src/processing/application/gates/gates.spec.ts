import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptOutcome } from '../../domain/attempt.js';
import type { ClaimedEvent } from '../../domain/claimed-event.js';
import type { HoldReason } from '../../domain/hold.js';
import type { LimitedGate } from '../../domain/limit.js';
import type { Probe } from '../../infrastructure/gates/breaker-store.js';
import type { PermitAnswer, PermitStore } from '../../infrastructure/gates/permit-store.js';
import { handlerRules } from '../handlers/handler-options.js';
import type { RegisteredHandler } from '../handlers/handler-registry.js';
import type { FinishedAttempt } from '../run-operation.js';
import type { Breakers } from './breakers.js';
import type { GateKeeper } from './gate-keeper.js';
import { Gates } from './gates.js';
import type { Steering } from './steering.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const OPTIONS = { provider: 'p', types: ['*'] };
const HANDLER = { ...OPTIONS, ...handlerRules('H', OPTIONS) } as unknown as RegisteredHandler;
const GATE: LimitedGate = { name: 'handler:H', limit: { concurrency: 1, ratePerSecond: null } };
const PROBE: Probe = { handler: 'H', id: 'probe' };

describe('gates', () => {
  let paused: string | null;
  let breaker: 'CLOSED' | 'OPEN' | Probe;
  let limits: LimitedGate[];
  let answer: PermitAnswer;
  let isAway: boolean;
  /** What was asked of others, in its order. */
  let calls: unknown[];
  let gates: Gates;

  beforeEach(() => {
    [paused, breaker, limits, answer, isAway, calls] = [null, 'CLOSED', [], { ids: ['place'] }, false, []];
    const noting =
      <T>(name: string, gives: () => T) =>
      async (...given: unknown[]): Promise<T> => {
        calls.push([name, ...given]);
        return Promise.resolve().then(gives);
      };
    gates = new Gates(
      { limitsOn: () => limits, pauseOf: () => paused } as unknown as Steering,
      {
        admit: () => Promise.resolve(breaker),
        learn: noting('learn', () => undefined),
        learnFrom: noting('learn from', () => undefined),
      } as unknown as Breakers,
      {
        acquire: noting('acquire', () => answer),
        release: noting('release', () => {
          if (isAway) throw new Error('the database is away');
        }),
        cancel: noting('cancel', () => undefined),
      } as unknown as PermitStore,
      { letNextIn: noting('let in', () => undefined) } as unknown as GateKeeper,
      { now: () => NOW },
    );
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  const finished = (outcome: AttemptOutcome): FinishedAttempt =>
    ({ attempt: { outcome }, recorded: false }) as FinishedAttempt;
  const pass = (
    run: () => Promise<FinishedAttempt | null> = () => Promise.resolve(finished('SUCCEEDED')),
    heldBefore?: HoldReason,
  ): ReturnType<Gates['pass']> => {
    const holds = heldBefore ? [{ handler: 'H', reason: heldBefore, deadline: null }] : [];
    return gates.pass(
      { event: { id: 'e', source: 's', provider: 'p' }, holds } as unknown as ClaimedEvent,
      HANDLER,
      run,
    );
  };

  it('let an operation through that nothing holds, and ask nobody', async () => {
    expect(await pass()).toEqual(finished('SUCCEEDED'));
    expect(calls).toEqual([['learn', HANDLER, 'SUCCEEDED']]);
  });

  it('hold what is paused before anything is asked, and run nothing', async () => {
    [paused, breaker, limits] = ['source:s', PROBE, [GATE]];
    const run = vi.fn();
    expect(await pass(run)).toMatchObject({ reason: 'PAUSE', waitsFor: 'source:s', dueAt: null });
    expect([run.mock.calls, calls]).toEqual([[], []]);
  });

  it('give back the place that was kept for what is paused meanwhile', async () => {
    [paused, limits] = ['source:s', [GATE]];
    await pass(undefined, 'LIMIT');
    expect(calls).toEqual([['cancel', 'e', 'H']]);
  });

  it('hold what comes to a tripped breaker', async () => {
    [breaker, limits] = ['OPEN', [GATE]];
    expect(await pass()).toMatchObject({ reason: 'BREAKER', waitsFor: 'handler:H' });
    expect(calls).toEqual([]);
  });

  it('hold what finds no place, and let another try the breaker', async () => {
    [breaker, limits, answer] = [PROBE, [GATE], { full: 'handler:H' }];
    expect(await pass(undefined, 'LIMIT')).toMatchObject({ reason: 'LIMIT', waitsFor: 'handler:H' });
    expect(calls.slice(1)).toEqual([['learn from', PROBE, HANDLER.breaker, null]]);
  });

  it('let the next one in where one has ended, however it has', async () => {
    limits = [GATE];
    const ended = [
      ['release', ['place']],
      ['let in', ['handler:H']],
    ];
    await pass();
    expect(calls.slice(1)).toEqual([...ended, ['learn', HANDLER, 'SUCCEEDED']]);
    calls = [];
    await expect(pass(() => Promise.reject(new Error('given up')))).rejects.toThrow('given up');
    expect(calls.slice(1)).toEqual(ended);
  });

  it.each<[FinishedAttempt | null, unknown]>([
    [finished('TIMED_OUT'), 'TIMED_OUT'],
    [null, null],
  ])('tell the breaker what its probe has come to: %o', async (outcome, told) => {
    breaker = PROBE;
    await pass(() => Promise.resolve(outcome));
    expect(calls).toEqual([['learn from', PROBE, HANDLER.breaker, told]]);
  });

  it('give what an operation has come to although nobody could be told', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    [limits, isAway] = [[GATE], true];
    expect(await pass()).toEqual(finished('SUCCEEDED'));
  });
});
