import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../platform/metrics/metrics.js';
import type { TrippedBreaker } from '../../domain/breaker.js';
import type { BreakerStore, Probe } from '../../infrastructure/gates/breaker-store.js';
import { handlerRules } from '../handlers/handler-options.js';
import { Breakers } from './breakers.js';
import type { Steering } from './steering.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const RULES = { failureRate: 1, lastAttempts: 2, openMs: 7 };
const HANDLER = handlerRules('H', { provider: 'p', types: ['*'], timeoutMs: 100, breaker: RULES });
const PROBE: Probe = { handler: 'H', id: 'probe' };

describe('breakers', () => {
  let tripped: Pick<TrippedBreaker, 'retryAt'> | null;
  /** What is tripped once it is read anew. */
  let next: typeof tripped;
  let probe: Probe | null;
  let calls: unknown[];
  let breakers: Breakers;

  beforeEach(() => {
    for (const level of ['log', 'warn'] as const) vi.spyOn(Logger.prototype, level).mockReturnValue();
    [tripped, next, probe, calls] = [null, null, null, []];
    const noting =
      <T>(name: string, gives: () => T) =>
      (...given: unknown[]): Promise<T> => {
        calls.push([name, ...given]);
        return Promise.resolve(gives());
      };
    const refresh = (): Promise<void> => {
      tripped = next;
      return Promise.resolve();
    };
    breakers = new Breakers(
      { breaker: () => tripped, refresh } as unknown as Steering,
      {
        trip: noting('trip', () => true),
        probe: noting('probe', () => probe),
        close: noting('close', () => true),
        reopen: noting('reopen', () => true),
        giveBack: noting('give back', () => true),
      } as unknown as BreakerStore,
      new Metrics(),
      { now: () => NOW },
      { LEASE_MS: 1000 },
    );
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('are tripped by as many failures as it takes, and forget them then', async () => {
    await breakers.learn(HANDLER, 'ERRORED');
    await breakers.learn({ ...HANDLER, breaker: null }, 'ERRORED');
    expect(calls).toEqual([]);
    await breakers.learn(HANDLER, 'TIMED_OUT');
    expect(calls).toEqual([['trip', 'H', 7]]);
    await breakers.learn(HANDLER, 'ERRORED');
    expect(calls).toHaveLength(1);
  });

  it('learn nothing from what ends while they are tripped', async () => {
    await breakers.learn(HANDLER, 'ERRORED');
    tripped = { retryAt: NOW };
    await breakers.learn(HANDLER, 'ERRORED');
    tripped = null;
    await breakers.learn(HANDLER, 'ERRORED');
    expect(calls).toEqual([]);
  });

  it('ask nobody while they are closed, and while it is not time to try', async () => {
    expect(await breakers.admit(HANDLER)).toBe('CLOSED');
    tripped = { retryAt: new Date(NOW.getTime() + 1) };
    expect(await breakers.admit(HANDLER)).toBe('OPEN');
    expect(calls).toEqual([]);
  });

  it('let one through when it is time, for no longer than an attempt may take and a lease', async () => {
    [tripped, probe] = [{ retryAt: NOW }, PROBE];
    expect(await breakers.admit(HANDLER)).toBe(PROBE);
    expect(calls).toEqual([['probe', 'H', 1100]]);
  });

  it('hold others while one tries, and let them through where it has succeeded meanwhile', async () => {
    [tripped, next] = [{ retryAt: NOW }, { retryAt: NOW }];
    expect(await breakers.admit(HANDLER)).toBe('OPEN');
    next = null;
    expect(await breakers.admit(HANDLER)).toBe('CLOSED');
  });

  it.each([
    ['SUCCEEDED', ['close', PROBE]],
    ['REJECTED', ['close', PROBE]],
    ['LATER', ['close', PROBE]],
    ['ERRORED', ['reopen', PROBE, 7]],
    ['TIMED_OUT', ['reopen', PROBE, 7]],
    [null, ['give back', PROBE]],
  ] as const)('learn from a probe that has come to %s', async (outcome, told) => {
    await breakers.learnFrom(PROBE, RULES, outcome);
    expect(calls).toEqual([told]);
  });
});
