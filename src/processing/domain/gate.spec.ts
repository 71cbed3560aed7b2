import { describe, expect, it } from 'vitest';
import { gateHold, gatesOf } from './gate.js';
import type { Hold, HoldReason } from './hold.js';
import { laterHold } from './later.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const GATE = { reason: 'PAUSE', waitsFor: 'handler:H' } as const;
const held = (reason: HoldReason, deadline: Date | null): Hold => ({
  ...{ eventId: 'e', handler: 'H', reason, waitsFor: 'it', since: at(-9), deadline, dueAt: null },
});
const later = (holds: readonly Hold[], now: Date): Hold | null =>
  laterHold('e', { name: 'H', laterWithinMs: 60_000 }, holds, { delayMs: 1000, message: 'not yet' }, now);

describe('a gate', () => {
  it('is one of a source, a provider and a handler', () => {
    expect(gatesOf({ source: 's', provider: 'p', handler: 'H' })).toEqual([
      'source:s',
      'provider:p',
      'handler:H',
    ]);
  });

  it('holds an operation until it opens', () => {
    const others = [{ ...held('LIMIT', null), handler: 'other' }];
    expect(gateHold('e', 'H', GATE, others, NOW)).toEqual({
      ...{ eventId: 'e', handler: 'H', ...GATE },
      ...{ since: NOW, deadline: null, dueAt: null },
    });
  });

  it('leaves an operation its place that another gate held before, and no other', () => {
    expect(gateHold('e', 'H', GATE, [held('LIMIT', null)], NOW).since).toEqual(at(-9));
    expect(gateHold('e', 'H', GATE, [held('LATER', at(9))], NOW).since).toEqual(NOW);
  });

  it('leaves the deadline of an operation that has put itself off, and no other', () => {
    expect(gateHold('e', 'H', GATE, [held('LATER', at(9))], NOW).deadline).toEqual(at(9));
    expect(gateHold('e', 'H', GATE, [held('LIMIT', at(9))], NOW).deadline).toEqual(at(9));
    expect(gateHold('e', 'H', GATE, [held('PREREQUISITE', at(9))], NOW).deadline).toBeNull();
  });
});

describe('an operation that puts itself off', () => {
  it('does so until its deadline, whatever gates have held it in between', () => {
    expect(later([], NOW)).toMatchObject({ since: NOW, deadline: at(60), dueAt: at(1) });
    expect(later([held('LATER', at(9))], NOW)).toMatchObject({ since: at(-9), deadline: at(9) });
    expect(later([held('PAUSE', at(9))], NOW)).toMatchObject({ since: NOW, deadline: at(9) });
    expect(later([held('PAUSE', at(9))], at(9))).toBeNull();
  });

  it('begins anew after a gate or what it required', () => {
    expect(later([held('PAUSE', null)], NOW)).toMatchObject({ deadline: at(60) });
    expect(later([held('PREREQUISITE', at(9))], NOW)).toMatchObject({ since: NOW, deadline: at(60) });
  });
});
