import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SteeringRows, SteeringStore } from '../../infrastructure/gates/steering-store.js';
import { handlerRules } from '../handlers/handler-options.js';
import type { HandlerRegistry } from '../handlers/handler-registry.js';
import { Steering } from './steering.js';

const WHEN = new Date('2026-01-31T12:00:00.000Z');
const OPERATION = { source: 's', provider: 'p', handler: 'Slow' };
const NOTHING: SteeringRows = { pauses: [], limits: [], breakers: [] };
const tripped = (handler: string): SteeringRows['breakers'][number] => ({
  ...{ handler, state: 'OPEN', openedAt: WHEN, retryAt: WHEN, probe: null },
});
const paused = (kind: 'source' | 'provider' | 'handler', name: string): SteeringRows['pauses'][number] => ({
  ...{ kind, name, reason: 'why', pausedAt: WHEN },
});

describe('steering', () => {
  let rows: SteeringRows;
  let readings: number;
  let steering: Steering;

  beforeEach(async () => {
    vi.useFakeTimers();
    [rows, readings] = [NOTHING, 0];
    const handlers = [
      handlerRules('Slow', { provider: 'p', types: ['*'], concurrency: 2 }),
      handlerRules('Bold', { provider: 'p', types: ['*'], breaker: false }),
    ];
    steering = new Steering(
      {
        read: () => {
          readings += 1;
          return Promise.resolve(rows);
        },
      } as unknown as SteeringStore,
      {
        find: (name: string) => handlers.find((handler) => handler.name === name),
        all: () => handlers,
        names: () => ['Bold', 'Slow'],
      } as unknown as HandlerRegistry,
    );
    await steering.onModuleInit();
  });

  afterEach(async () => {
    await steering.beforeApplicationShutdown();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is known within half a second, and asked for no more often', async () => {
    rows = { ...NOTHING, pauses: [paused('provider', 'p')] };
    expect(steering.pauseOf(OPERATION)).toBeNull();
    await vi.advanceTimersByTimeAsync(500);
    expect(steering.pauseOf(OPERATION)).toBe('provider:p');
    expect(steering.pauseOf({ ...OPERATION, provider: 'other' })).toBeNull();
    expect(readings).toBe(2);
  });

  it('stays as it was last known while the database is away', async () => {
    rows = { ...NOTHING, pauses: [paused('source', 's')] };
    await steering.refresh();
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    Object.defineProperty(rows, 'pauses', {
      get: () => {
        throw new Error('away');
      },
    });
    await steering.refresh();
    expect(steering.pauseOf(OPERATION)).toBe('source:s');
  });

  it('limits an operation by its source and by its handler', async () => {
    const slow = { name: 'handler:Slow', limit: { concurrency: 2, ratePerSecond: null } };
    expect(steering.limitsOn(OPERATION)).toMatchObject([slow]);
    expect(steering.limitsOn({ ...OPERATION, handler: 'Bold' })).toEqual([]);
    const none = { concurrency: null, ratePerSecond: null };
    rows = {
      ...NOTHING,
      limits: [
        { kind: 'handler', name: 'Slow', ...none, ratePerSecond: 7 },
        { kind: 'source', name: 's', ...none, concurrency: 1 },
      ],
    };
    await steering.refresh();
    expect(steering.limitsOn(OPERATION).map(({ name }) => name)).toEqual(['source:s', 'handler:Slow']);
    expect(steering.limits()).toEqual([
      { kind: 'source', name: 's', concurrency: 1, ratePerSecond: null, isSet: true },
      { kind: 'handler', name: 'Slow', concurrency: 2, ratePerSecond: 7, isSet: true },
    ]);
  });

  it('takes a breaker for closed whose handler has none any more', async () => {
    rows = { ...NOTHING, breakers: [tripped('Slow'), tripped('Bold'), tripped('Gone')] };
    await steering.refresh();
    expect(['Slow', 'Bold', 'Gone'].map((name) => steering.breaker(name)?.state)).toEqual([
      'OPEN',
      undefined,
      undefined,
    ]);
    expect(steering.breakers()).toEqual([{ handler: 'Slow', state: 'OPEN', openedAt: WHEN, retryAt: WHEN }]);
  });
});
