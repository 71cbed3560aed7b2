import { describe, expect, it, vi } from 'vitest';
import type { LaneStore } from '../infrastructure/lane-store.js';
import type { PermitStore } from '../infrastructure/permit-store.js';
import type { ProcessingStore } from '../infrastructure/processing-store.js';
import { InHand } from './in-hand.js';

describe('what is in hand', () => {
  it('keeps its places at limited gates, and gives them back with the rest', async () => {
    const nothing = (): Promise<void> => Promise.resolve();
    const permits = { renew: vi.fn(nothing), handBack: vi.fn(nothing) };
    const inHand = new InHand(
      { renewLeases: nothing, handBack: nothing } as unknown as ProcessingStore,
      { renew: nothing, handBack: nothing } as unknown as LaneStore,
      permits as unknown as PermitStore,
    );
    await inHand.renew();
    expect([permits.renew.mock.calls.length, permits.handBack.mock.calls.length]).toEqual([1, 0]);
    await inHand.handBack([]);
    expect(permits.handBack.mock.calls.length).toBe(1);
  });
});
