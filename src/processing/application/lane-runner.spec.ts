import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { loadConfig } from '../../platform/config/config.js';
import type { Lane } from '../domain/lane.js';
import type { ClaimStore } from '../infrastructure/claim-store.js';
import type { PermitStore } from '../infrastructure/gates/permit-store.js';
import type { LaneStore } from '../infrastructure/lanes/lane-store.js';
import type { ClaimedTurn, ClaimedTurns, TurnStore, Wanted } from '../infrastructure/lanes/turn-store.js';
import type { WorkerLease } from '../infrastructure/worker-lease.js';
import type { HandlerRegistry } from './handlers/handler-registry.js';
import { InHand } from './in-hand.js';
import { LaneRunner } from './lane-runner.js';
import type { ProcessEvent } from './process-event.js';
import { SuspectLine } from './suspect-line.js';

const lane = (id: string): Lane => ({ id, source: 's', orderingKey: id });
const turn = (id: string): ClaimedTurn => ({ claimed: { event: { id } }, verdicts: new Map() }) as never;

/** A promise that the test fulfils. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Lanes as lists of events; what begins with `suspect` is one. */
class FakeLanes implements Pick<TurnStore, 'takeTurns' | 'putBack'>, Pick<LaneStore, 'renew'> {
  readonly waiting = new Map<string, string[]>();
  readonly wanted: number[] = [];
  readonly putBacks: string[] = [];
  readonly renewed: string[] = [];
  putBackError: Error | undefined;

  takeTurns({ id }: Lane, _: unknown, { most, takesSuspects }: Wanted): Promise<ClaimedTurns> {
    this.wanted.push(most);
    const events = this.waiting.get(id) ?? [];
    const suspectIsNext = events[0]?.startsWith('suspect') === true && !takesSuspects;
    const turns = suspectIsNext ? [] : events.splice(0, most).map(turn);
    return Promise.resolve({ turns, suspectIsNext });
  }
  putBack(eventIds: readonly string[]): Promise<void> {
    this.putBacks.push(...eventIds);
    return this.putBackError && eventIds.length > 0 ? Promise.reject(this.putBackError) : Promise.resolve();
  }
  renew(laneIds: readonly string[]): Promise<void> {
    this.renewed.push(...laneIds);
    return Promise.resolve();
  }
}

describe('LaneRunner', () => {
  let lanes: FakeLanes;
  let renewed: string[];
  let worked: string[];
  let takeTurn: (id: string) => Promise<boolean>;
  let inHand: InHand;
  let runner: LaneRunner;
  let errors: MockInstance<Logger['error']>;

  beforeEach(() => {
    errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    vi.spyOn(Math, 'random').mockReturnValue(0);
    vi.spyOn(performance, 'now').mockImplementation(() => worked.length);
    lanes = new FakeLanes();
    renewed = [];
    worked = [];
    takeTurn = () => Promise.resolve(true);
    inHand = new InHand(
      {
        renew: (ids: readonly string[]) => {
          renewed.push(...ids);
          return Promise.resolve();
        },
      } as unknown as ClaimStore,
      lanes as unknown as LaneStore,
      { end: () => '' } as unknown as WorkerLease,
      { renew: () => Promise.resolve() } as unknown as PermitStore,
    );
    const processEvent = {
      takeTurn: ({ claimed }: ClaimedTurn) => {
        worked.push(claimed.event.id);
        return takeTurn(claimed.event.id);
      },
    };
    runner = new LaneRunner(
      lanes as unknown as TurnStore,
      {} as HandlerRegistry,
      processEvent as unknown as ProcessEvent,
      inHand,
      new SuspectLine(),
      loadConfig({}),
    );
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  async function goThrough(...ids: string[]): Promise<void> {
    runner.start(ids.map(lane));
    await vi.waitFor(async () => {
      lanes.renewed.length = 0;
      renewed.length = 0;
      await inHand.renew();
      expect(lanes.renewed).toEqual([]);
    });
  }

  const events = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index}`);

  it('takes one turn and then more, one after the other, until nothing is left', async () => {
    const hundred = events(100);
    lanes.waiting.set('k', [...hundred]);
    await goThrough('k');
    expect(worked).toEqual(hundred);
    expect(lanes.wanted).toEqual([1, 64, 64, 64]);
    expect(renewed).toEqual([]);
  });

  it('claims no more ahead than it can go through in a tenth of a second', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => worked.length * 30);
    lanes.waiting.set('k', events(5));
    await goThrough('k');
    expect(lanes.wanted).toEqual([1, 3, 3, 3]);
    vi.spyOn(performance, 'now').mockImplementation(() => worked.length * 30_000);
    lanes.wanted.length = 0;
    lanes.waiting.set('k', events(2));
    await goThrough('k');
    expect(lanes.wanted).toEqual([1, 1, 1]);
  });

  it('puts back what was claimed behind one that has to be waited for', async () => {
    takeTurn = (id) => Promise.resolve(id !== 'e2');
    lanes.waiting.set('k', events(6));
    await goThrough('k');
    expect(worked).toEqual(['e0', 'e1', 'e2']);
    expect(lanes.putBacks).toEqual(['e3', 'e4', 'e5']);
    expect(lanes.wanted).toEqual([1, 64, 1]);
    for (const id of events(6)) expect(inHand.has(id)).toBe(false);
  });

  it('keeps nothing in hand when it cannot put back, and says so', async () => {
    lanes.putBackError = new Error('no database');
    takeTurn = (id) => Promise.resolve(id === 'e0');
    lanes.waiting.set('k', events(4));
    await goThrough('k');
    for (const id of events(4)) expect(inHand.has(id)).toBe(false);
    expect(errors.mock.calls[0]?.[0]).toMatchObject({
      ...{ source: 's', orderingKey: 'k', message: expect.stringContaining('no database') as string },
    });
  });

  it('goes through a lane once more that was taken again meanwhile, and not twice at the same time', async () => {
    const first = gate();
    takeTurn = (id) => (id === 'e0' ? first.opened.then(() => true) : Promise.resolve(true));
    lanes.waiting.set('k', ['e0']);
    runner.start([lane('k')]);
    await vi.waitFor(() => {
      expect(worked).toEqual(['e0']);
    });
    lanes.waiting.set('k', ['e1']);
    runner.start([lane('k')]);
    await new Promise(setImmediate);
    expect(worked).toEqual(['e0']);
    lanes.wanted.length = 0;
    first.open();
    await goThrough();
    expect(worked).toEqual(['e0', 'e1']);
    // Once more than the first time through needs.
    expect(lanes.wanted).toEqual([64, 64, 1]);
  });

  it('does not hold up one lane for another', async () => {
    const stuck = gate();
    takeTurn = (id) => (id === 'stuck' ? stuck.opened.then(() => true) : Promise.resolve(true));
    lanes.waiting.set('a', ['stuck']).set('b', events(3));
    runner.start([lane('a'), lane('b')]);
    await vi.waitFor(() => {
      expect(worked).toEqual(['stuck', ...events(3)]);
    });
    stuck.open();
    await goThrough();
  });

  it('works on one suspect at a time, whatever their lanes', async () => {
    const first = gate();
    takeTurn = (id) => (id === 'suspect a' ? first.opened.then(() => true) : Promise.resolve(true));
    lanes.waiting.set('a', ['suspect a', 'after a']).set('b', ['suspect b']).set('c', ['c']);
    runner.start([lane('a'), lane('b'), lane('c')]);
    await vi.waitFor(() => {
      expect(worked.toSorted()).toEqual(['c', 'suspect a']);
    });
    await new Promise(setImmediate);
    expect(worked).not.toContain('suspect b');
    first.open();
    await goThrough();
    expect(worked.toSorted()).toEqual(['after a', 'c', 'suspect a', 'suspect b']);
  });

  it('begins no turn once it is stopped, and leaves its lanes to be handed back', async () => {
    const second = gate();
    takeTurn = (id) => (id === 'e1' ? second.opened.then(() => true) : Promise.resolve(true));
    lanes.waiting.set('k', events(4));
    runner.start([lane('k')]);
    await vi.waitFor(() => {
      expect(worked).toEqual(['e0', 'e1']);
    });
    const stopped = runner.stop();
    second.open();
    await stopped;
    expect(worked).toEqual(['e0', 'e1']);
    expect(lanes.putBacks).toEqual(['e2', 'e3']);
    await inHand.renew();
    expect(lanes.renewed).toEqual(['k']);
    expect(renewed).toEqual([]);
  });
});
