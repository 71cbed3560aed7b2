import { bodyDigest, type DerivedEvent } from 'hookwell/handler-kit';
import { describe, expect, it } from 'vitest';
import { definition } from './provider.js';

const bytes = (event: object): Buffer => Buffer.from(JSON.stringify(event));
const derive = (event: object): DerivedEvent => definition.derive({ headers: {}, body: bytes(event) });

const createdAt = '2026-01-20T08:15:00.000Z';
const meeting = { uid: 'b', startTime: '2026-01-31T11:30:00Z', endTime: '2026-01-31T12:00:00Z' };

describe('a meeting', () => {
  it.each([
    ['MEETING_STARTED', meeting.startTime],
    ['MEETING_ENDED', meeting.endTime],
  ])('has its own time where it is %s, not the time at which it was booked', (triggerEvent, time) => {
    const flat = { triggerEvent, createdAt, ...meeting };
    const wrapped = { triggerEvent, createdAt, payload: { createdAt, ...meeting } };
    for (const event of [flat, wrapped]) {
      expect(derive(event)).toMatchObject({ orderingKey: 'b', occurredAt: new Date(time) });
    }
  });
});

it('is told by its body where that has a time and a booking', () => {
  const events = [
    { triggerEvent: 'BOOKING_CREATED', createdAt, payload: { uid: 'b' } },
    { triggerEvent: 'BOOKING_NO_SHOW_UPDATED', createdAt, payload: { bookingUid: 'b' } },
    { triggerEvent: 'MEETING_ENDED', createdAt, ...meeting },
  ];
  for (const event of events) {
    expect(derive(event)).toMatchObject({ id: bodyDigest(bytes(event)), orderingKey: 'b' });
  }
});

it.each([
  ['without a booking', { triggerEvent: 'FORM_SUBMITTED', createdAt, payload: {} }],
  ['without a time', { triggerEvent: 'BOOKING_CREATED', payload: { uid: 'b' } }],
  ['of a template that says little', { content: 'A booking was made.' }],
])('is no repeat of another event in the same words, %s', (_, event) => {
  expect(derive(event).id).toBeNull();
  expect(definition.bodiesRepeat).toBe(true);
});
