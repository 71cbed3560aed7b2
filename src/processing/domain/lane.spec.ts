import { describe, expect, it } from 'vitest';
import { laneOf } from './lane.js';

describe('a lane', () => {
  it('is there for events that have an ordering key', () => {
    expect(laneOf({ source: 's', orderingKey: null })).toBeNull();
    expect(laneOf({ source: 's', orderingKey: 'k' })).toMatchObject({ source: 's', orderingKey: 'k' });
  });

  it('is one for a source and a key, however they are cut, and in every collation', () => {
    const id = (source: string, orderingKey: string): string | undefined =>
      laneOf({ source, orderingKey })?.id;
    expect(id('s', 'k')).toBe(id('s', 'k'));
    const others = [
      id('s', 'K'),
      id('s', 'k '),
      id('t', 'k'),
      id('sk', ''),
      id('', 'sk'),
      id('s', '\u00e9'),
      id('s', 'e\u0301'),
    ];
    expect(new Set([id('s', 'k'), ...others]).size).toBe(8);
    for (const other of others) expect(other).toMatch(/^[0-9a-f]{64}$/);
  });
});
