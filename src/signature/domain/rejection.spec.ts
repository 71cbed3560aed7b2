import { describe, expect, it } from 'vitest';
import { type Rejection, rejectionOf } from './rejection.js';

const found = {
  at: new Date(0),
  reason: 'missing_header',
  detail: 'stripe-signature is missing or empty',
  remoteAddress: '203.0.113.7',
  size: 2,
};

const namesOf = ({ headerNames }: Rejection): string[] => JSON.parse(headerNames) as string[];

describe('rejectionOf', () => {
  it('keeps the names of the headers, each once, and no value', () => {
    const headers = [
      'Host',
      'a.example',
      'X-Signature',
      'deadbeef',
      'x-signature',
      'cafe',
      'Authorization',
      'pw',
    ];
    expect(rejectionOf(found, headers)).toEqual({
      ...found,
      headerNames: '["host","x-signature","authorization"]',
    });
  });

  it('keeps 50 names of 64 characters at most, and says that there were more', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `X-${index}-${'x'.repeat(100)}`);
    const kept = namesOf(
      rejectionOf(
        found,
        names.flatMap((name) => [name, 'value']),
      ),
    );
    expect(kept).toHaveLength(51);
    expect(kept[0]).toBe(`x-0-${'x'.repeat(59)}…`);
    expect(kept.at(-1)).toBe('…');
    expect(namesOf(rejectionOf(found, ['x'.repeat(64), '', 'y'.repeat(16_000), '']))).toEqual([
      'x'.repeat(64),
      `${'y'.repeat(63)}…`,
    ]);
  });

  it('says nothing of more where there are exactly 50', () => {
    const names = Array.from({ length: 50 }, (_, index) => `x-${index}`);
    expect(
      namesOf(
        rejectionOf(
          found,
          names.flatMap((name) => [name, '']),
        ),
      ),
    ).toEqual(names);
  });

  it.each([
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(16_000), `${'x'.repeat(254)}…`],
    [`${'x'.repeat(253)}😀 more`, `${'x'.repeat(253)}\uFFFD…`],
  ])('keeps 255 characters of the detail at most', (detail, kept) => {
    expect(rejectionOf({ ...found, detail }, []).detail).toBe(kept);
  });
});
