import { describe, expect, it } from 'vitest';
import { readNotification } from './notification.js';

const NOTHING = { kind: null, timestamp: null, subject: null };

describe('readNotification', () => {
  it('tells what it is about from what that has inside', () => {
    const xml = `<?xml version="1.0"?><notification><kind>dispute_opened</kind><timestamp type="datetime">2026-01-31T12:00:00Z</timestamp>
      <subject><dispute><kind>chargeback</kind><nothing nil="true"/><transaction><id>inner</id></transaction><id>own</id></dispute></subject>
      </notification>`;
    expect(readNotification(xml)).toEqual({
      kind: 'dispute_opened',
      timestamp: '2026-01-31T12:00:00Z',
      subject: 'dispute own',
    });
  });

  it.each([
    '',
    'no tags',
    '</notification>',
    '<notification><kind></kind>',
    '<a><notification><kind>x</kind>',
    '<'.repeat(1_000_000),
    `<${'a'.repeat(1_000_000)}`,
    '<a>'.repeat(300_000),
  ])('finds nothing where there is none, soon', (xml) => {
    expect(readNotification(xml)).toEqual(NOTHING);
  });
});
