import { describe, expect, it } from 'vitest';
import { Clock } from '../../../platform/clock.js';
import type { SqlDatabase } from '../../../platform/database/sql-database.js';
import type { ProviderCatalog } from '../../../providers/provider-catalog.js';
import type { ReplayedEvents } from '../../infrastructure/replayed-events.js';
import type { SideEffectStore } from '../../infrastructure/side-effect-store.js';
import { DryRun, DryRunsBusyError } from './dry-run.js';
import type { HandlerRegistry } from './handler-registry.js';

describe('dry runs', () => {
  it('go on twice at a time, and refuse a third until one has ended', async () => {
    const ends: (() => void)[] = [];
    const events: Pick<ReplayedEvents, 'read'> = {
      read: () =>
        new Promise((resolve) => {
          ends.push(() => {
            resolve(null);
          });
        }),
    };
    const dryRun = new DryRun(
      {} as HandlerRegistry,
      {} as ProviderCatalog,
      events as ReplayedEvents,
      {} as SideEffectStore,
      {} as SqlDatabase,
      new Clock(),
    );
    const run = (): Promise<unknown> => dryRun.execute('an event', 'ALL');
    const [first, second] = [run(), run()];
    await expect(run()).rejects.toThrow(DryRunsBusyError);
    ends[0]?.();
    expect(await first).toBeNull();
    const third = run();
    await expect(run()).rejects.toThrow(DryRunsBusyError);
    for (const end of ends) end();
    expect(await Promise.all([second, third])).toEqual([null, null]);
  });
});
