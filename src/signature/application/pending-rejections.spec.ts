import { describe, expect, it } from 'vitest';
import type { Rejection } from '../domain/rejection.js';
import { PendingRejections } from './pending-rejections.js';

const rejection = (detail: string): Rejection => ({
  at: new Date(0),
  reason: 'missing_header',
  detail,
  remoteAddress: null,
  headerNames: '[]',
  size: 0,
});

describe('PendingRejections', () => {
  const waiting = (pending: PendingRejections): Record<string, string[]> =>
    Object.fromEntries(
      [...pending.take()].map(([source, kept]) => [source, kept.map(({ detail }) => detail)]),
    );

  it.each([1, 2, 3, 4, 5, 7, 12])('keeps the newest three of %i of one source, oldest first', (count) => {
    const pending = new PendingRejections(3);
    const details = Array.from({ length: count }, (_, index) => String(index));
    for (const detail of details) expect(pending.add('one', rejection(detail))).toBe(true);
    expect(waiting(pending)).toEqual({ one: details.slice(-3) });
  });

  it('keeps no more than its bound in all, and says of each whether there was room', () => {
    const pending = new PendingRejections(2, 3);
    const added = ['a', 'a', 'b', 'c', 'b', 'a'].map((source, index) =>
      pending.add(source, rejection(String(index))),
    );
    expect(added).toEqual([true, true, true, false, false, true]);
    expect(waiting(pending)).toEqual({ a: ['1', '5'], b: ['2'] });
  });

  it('keeps nothing of what was taken, and has room again', () => {
    const pending = new PendingRejections(2, 2);
    pending.add('a', rejection('1'));
    pending.add('b', rejection('2'));
    expect(waiting(pending)).toEqual({ a: ['1'], b: ['2'] });
    expect(waiting(pending)).toEqual({});
    expect(pending.add('c', rejection('3'))).toBe(true);
    expect(waiting(pending)).toEqual({ c: ['3'] });
  });
});
