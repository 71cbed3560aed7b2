import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventQueue } from '../../../platform/queue/event-queue.js';
import type { ClosedGate } from '../../domain/gate.js';
import type { ClaimStore } from '../../infrastructure/claim-store.js';
import type { HeldStore, LetIn } from '../../infrastructure/gates/held-store.js';
import type { HandlerRegistry } from '../handlers/handler-registry.js';
import { GateKeeper } from './gate-keeper.js';
import type { Steering } from './steering.js';

const START = Date.parse('2026-01-31T12:00:00.000Z');
const LEASE_MS = 1000;
const BREAKER: ClosedGate = { reason: 'BREAKER', waitsFor: 'handler:H' };
const PAUSE: ClosedGate = { reason: 'PAUSE', waitsFor: 'source:s' };
const LIMIT: ClosedGate = { reason: 'LIMIT', waitsFor: 'handler:H' };
const NOBODY: LetIn = { eventIds: [], again: null };

describe('the gate keeper', () => {
  let gates: ClosedGate[];
  let isPaused: boolean;
  let retryAt: number | null;
  let takes: boolean;
  let letIn: (() => Promise<LetIn>)[];
  /** How many a gate holds that is let through from. */
  let holding: number;
  let calls: unknown[];
  let keeper: GateKeeper;

  beforeEach(() => {
    vi.useFakeTimers({ now: START });
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    [gates, isPaused, retryAt, takes, letIn, holding, calls] = [[], false, null, true, [], 0, []];
    const held: Pick<HeldStore, 'gates' | 'letThrough' | 'letIn'> = {
      gates: () => Promise.resolve(gates),
      letThrough: (gate, most) => {
        calls.push([gate.reason, most]);
        const count = Math.min(most, holding);
        holding -= count;
        return Promise.resolve(count);
      },
      letIn: (gate) => {
        calls.push(['let in', gate]);
        return letIn.shift()?.() ?? Promise.resolve(NOBODY);
      },
    };
    keeper = new GateKeeper(
      {
        isPaused: () => isPaused,
        breaker: () => (retryAt === null ? null : { retryAt: new Date(retryAt) }),
      } as unknown as Steering,
      { all: () => [{ name: 'H' }] } as unknown as HandlerRegistry,
      held as HeldStore,
      {
        handBack: (ids: readonly string[]) => {
          calls.push(['hand back', ids]);
          return Promise.resolve();
        },
      } as unknown as ClaimStore,
      {
        handOver: (ids: readonly string[]) => {
          calls.push(['hand over', ids]);
          return Promise.resolve(takes);
        },
      } as unknown as EventQueue,
      { now: () => new Date() },
      { LEASE_MS },
    );
  });

  afterEach(async () => {
    await keeper.beforeApplicationShutdown();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('lets go what is not paused any more, in batches, and no more at once than is good for others', async () => {
    [gates, isPaused, holding] = [[PAUSE], true, 2000];
    await keeper.sweep();
    expect(calls).toEqual([]);
    isPaused = false;
    await keeper.sweep();
    expect([calls.length, holding]).toEqual([8, 2000 - 8 * 128]);
    await keeper.sweep();
    expect([calls.length, holding]).toEqual([16, 0]);
  });

  it('lets one try a breaker when it is time, another one only where that is lost, and all once it is closed', async () => {
    [gates, retryAt, holding] = [[BREAKER], START + 1, 9];
    await keeper.sweep();
    expect(calls).toEqual([]);
    vi.setSystemTime(START + 1);
    await keeper.sweep();
    await keeper.sweep();
    expect(calls).toEqual([['BREAKER', 1]]);
    vi.setSystemTime(START + 1 + LEASE_MS);
    await keeper.sweep();
    expect(calls).toHaveLength(2);
    // It has failed: the next one need not wait for a lease.
    retryAt = Date.now() + 5;
    await keeper.sweep();
    vi.setSystemTime(retryAt);
    await keeper.sweep();
    expect(calls).toHaveLength(3);
    retryAt = null;
    await keeper.sweep();
    expect(calls.at(-1)).toEqual(['BREAKER', 128]);
  });

  it('hands over who is let in, and gives back whom the queue does not take', async () => {
    gates = [LIMIT];
    letIn = [() => Promise.resolve({ eventIds: ['a', 'b'], again: null })];
    await keeper.sweep();
    expect(calls.slice(1)).toEqual([['hand over', ['a', 'b']]]);
    [takes, calls] = [false, []];
    letIn = [() => Promise.resolve({ eventIds: ['c'], again: null })];
    await keeper.sweep();
    expect(calls.slice(1)).toEqual([
      ['hand over', ['c']],
      ['hand back', ['c']],
    ]);
  });

  it('lets the next in by itself when a start counts no longer', async () => {
    letIn = [() => Promise.resolve({ eventIds: [], again: new Date(START + 300) })];
    keeper.letNextIn(['handler:H']);
    await vi.advanceTimersByTimeAsync(299);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(2);
  });

  it('looks at a gate once more where it was asked while it looked, and goes on after an error', async () => {
    let release = (): void => undefined;
    letIn = [
      () =>
        new Promise(
          (resolve) =>
            (release = () => {
              resolve(NOBODY);
            }),
        ),
      () => Promise.reject(new Error('the database is away')),
    ];
    keeper.letNextIn(['a']);
    for (let times = 0; times < 5; times += 1) keeper.letNextIn(['a', 'b']);
    release();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual([
      ['let in', 'a'],
      ['let in', 'a'],
      ['let in', 'b'],
    ]);
    keeper.letNextIn(['c']);
    expect(calls).toHaveLength(4);
  });

  it('lets nobody in once the process stops', async () => {
    await keeper.beforeApplicationShutdown();
    keeper.letNextIn(['a']);
    expect(calls).toEqual([]);
  });
});
