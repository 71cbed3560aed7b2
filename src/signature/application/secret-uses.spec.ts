import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SourceSecret } from '../domain/source-secret.js';
import type { SecretStore } from '../infrastructure/secret-store.js';
import { SecretUses } from './secret-uses.js';

const secret = (id: string, lastUsedAt: Date | null = null): SourceSecret => ({
  ...{ id, purpose: 'signature', value: 'v', expiresAt: null, lastUsedAt },
});

describe('SecretUses', () => {
  let uses: SecretUses;
  let written: (readonly [string, Date])[][];
  let away: boolean;

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-01-31T12:00:00.000Z') });
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    written = [];
    away = false;
    const used = (noted: ReadonlyMap<string, Date>): Promise<void> => {
      if (away) return Promise.reject(new Error('away'));
      written.push([...noted]);
      return Promise.resolve();
    };
    uses = new SecretUses({ used } as unknown as SecretStore);
    uses.onApplicationBootstrap();
  });

  afterEach(async () => {
    await uses.beforeApplicationShutdown();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const passed = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

  it('writes nothing while nothing is used, and nothing while a request is answered', async () => {
    await passed(5000);
    uses.note(secret('a'), new Date());
    expect(written).toEqual([]);
    const at = new Date();
    await passed(1000);
    expect(written).toEqual([[['a', at]]]);
  });

  it('writes each secret at most once a minute, however often it is used', async () => {
    for (let second = 0; second < 120; second += 1) {
      for (let use = 0; use < 10; use += 1) uses.note(secret('a'), new Date());
      uses.note(secret('b'), new Date());
      await passed(1000);
    }
    expect(written.map((uses) => uses.map(([id]) => id))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('leaves out what another process has written down within the minute', async () => {
    uses.note(secret('a', new Date(Date.now() - 59_999)), new Date());
    uses.note(secret('b', new Date(Date.now() - 60_000)), new Date());
    await passed(1000);
    expect(written.map((uses) => uses.map(([id]) => id))).toEqual([['b']]);
  });

  it('keeps what it could not write while the database was away', async () => {
    away = true;
    uses.note(secret('a'), new Date());
    await passed(1000);
    away = false;
    uses.note(secret('b'), new Date());
    await passed(1000);
    expect(written.map((uses) => uses.map(([id]) => id))).toEqual([['a', 'b']]);
  });

  it('writes what is left at a stop', async () => {
    uses.note(secret('a'), new Date());
    await uses.beforeApplicationShutdown();
    expect(written.map((uses) => uses.map(([id]) => id))).toEqual([['a']]);
  });

  it('writes down at once that one was used, where it is asked to', async () => {
    uses.note(secret('a'), new Date());
    uses.note(secret('b'), new Date());
    await uses.writeDownOf('a');
    await uses.writeDownOf('unused');
    expect(written).toEqual([[['a', new Date()]]]);
  });
});
