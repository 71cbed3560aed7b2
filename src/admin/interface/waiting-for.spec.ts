import { describe, expect, it } from 'vitest';
import { deadlineOf, waitingForText } from './waiting-for.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const PARKED = { status: 'RECEIVED', holder: null, dueAt: null } as const;

describe('what an event waits for', () => {
  it.each([
    ['PREREQUISITE', 'invoice.created', 'invoice.created'],
    ['LATER', 'the bank is closed', 'later: the bank is closed'],
    ['PAUSE', 'source:stripe-eu', 'the end of the pause of source:stripe-eu'],
    ['BREAKER', 'handler:Charge', 'the breaker of handler:Charge'],
    ['LIMIT', 'handler:Charge', 'the limit of handler:Charge'],
  ] as const)('%s: %s', (reason, waitsFor, text) => {
    expect(waitingForText(PARKED, [{ reason, waitsFor }])).toBe(text);
  });

  it('is told of all its operations, each thing once', () => {
    const created = { reason: 'PREREQUISITE', waitsFor: 'invoice.created' } as const;
    const later = { reason: 'LATER', waitsFor: 'closed' } as const;
    expect(waitingForText(PARKED, [created, later, created])).toBe('invoice.created; later: closed');
  });

  it('is its turn where nobody has it and nothing brings it back', () => {
    expect(waitingForText(PARKED, [])).toBe('its turn');
    expect(waitingForText({ ...PARKED, dueAt: NOW }, [])).toBeNull();
    expect(waitingForText({ ...PARKED, holder: 'queue' }, [])).toBeNull();
    expect(waitingForText({ ...PARKED, status: 'FAILED' }, [])).toBeNull();
  });

  it('has the first deadline of all', () => {
    expect(deadlineOf([{ deadline: at(2) }, { deadline: null }, { deadline: at(1) }])).toEqual(at(1));
    expect(deadlineOf([{ deadline: null }])).toBeNull();
    expect(deadlineOf([])).toBeNull();
  });
});
