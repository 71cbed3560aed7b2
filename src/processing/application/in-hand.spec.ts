import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimStore } from '../infrastructure/claim-store.js';
import type { PermitStore } from '../infrastructure/gates/permit-store.js';
import type { LaneStore } from '../infrastructure/lanes/lane-store.js';
import type { WorkerLease } from '../infrastructure/worker-lease.js';
import { InHand } from './in-hand.js';

describe('what is in hand', () => {
  let calls: unknown[];
  let laneError: Error | undefined;
  let inHand: InHand;

  beforeEach(() => {
    calls = [];
    laneError = undefined;
    const noting =
      (name: string) =>
      (...given: unknown[]): Promise<void> => {
        calls.push([name, ...given]);
        return name.startsWith('lanes') && laneError ? Promise.reject(laneError) : Promise.resolve();
      };
    let ends = 0;
    inHand = new InHand(
      { renew: noting('events'), handBack: noting('events back') } as unknown as ClaimStore,
      { renew: noting('lanes'), handBack: noting('lanes back') } as unknown as LaneStore,
      { end: () => `end ${(ends += 1)}` } as unknown as WorkerLease,
      { renew: noting('permits'), handBack: noting('permits back') } as unknown as PermitStore,
    );
  });

  it('stays so until everybody who has it has let it go', () => {
    inHand.takeEvents(['a', 'b']);
    inHand.takeEvents(['a']);
    inHand.letEventGo('a');
    expect(inHand.has('a')).toBe(true);
    inHand.letEventGo('a');
    expect([inHand.has('a'), inHand.has('b')]).toEqual([false, true]);
    inHand.letEventGo('a');
    inHand.takeEvents(['a']);
    expect(inHand.has('a')).toBe(true);
  });

  it('has its leases renewed to one end, no event for longer than its lane', async () => {
    inHand.takeEvents(['e']);
    inHand.takeLane('l');
    await inHand.renew();
    expect(calls).toEqual([['lanes', ['l'], 'end 1'], ['events', ['e'], 'end 1'], ['permits']]);
    calls.length = 0;
    laneError = new Error('no database');
    await expect(inHand.renew()).rejects.toThrow('no database');
    expect(calls).toEqual([['lanes', ['l'], 'end 2']]);
  });

  it('is handed back with what else there is, the lanes after their events', async () => {
    inHand.takeEvents(['e']);
    inHand.takeLane('l');
    expect(await inHand.handBack(['f', 'e'])).toBe(2);
    expect(calls).toEqual([['permits back'], ['events back', ['f', 'e']], ['lanes back', ['l']]]);
  });
});
