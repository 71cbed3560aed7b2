import {
  bodyDigest,
  defineProvider,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { calcom } from 'hookwell/signatures';

/** What happens at a time of the booking's own. What is sent then may be the booking as it was made, with the time of that. */
const MOMENTS = new Map([
  ['MEETING_STARTED', 'startTime'],
  ['MEETING_ENDED', 'endTime'],
]);

/**
 * https://cal.com/docs/developing/guides/automation/webhooks
 *
 * A webhook has no id. Its body is its own where it has a time to the millisecond and a booking in it. One that a template has changed may
 * have neither, and be the same for the next booking; a form that was filled in has no booking. Of a meeting that starts or ends the body is
 * the booking itself, with the event's type (https://github.com/calcom/cal.com, packages/features/webhooks/lib/scheduleTrigger.ts), or has
 * it as its payload, in newer versions. The samples are ours, after the documented fields and that file.
 */
export const definition = defineProvider({
  slug: 'calcom',
  displayName: 'Cal.com',
  documentation: 'https://cal.com/docs/developing/guides/automation/webhooks',
  scheme: calcom,
  bodiesRepeat: true,
  derive: ({ body }) => {
    const event = parseJson(body);
    const ofBooking = (name: string): string | null =>
      stringField(event, 'payload', name) ?? stringField(event, name);
    const type = stringField(event, 'triggerEvent');
    // Of who did not come, the payload is no booking.
    const booking = ofBooking('uid') ?? ofBooking('bookingUid');
    const made = stringField(event, 'createdAt');
    const moment = MOMENTS.get(type ?? '');
    return {
      id: made === null || booking === null ? null : bodyDigest(body),
      type,
      orderingKey: booking,
      occurredAt: timeField(moment === undefined ? made : ofBooking(moment)),
    };
  },
  simulate: ({ type, body, now }) =>
    jsonRequest(body, { [MOMENTS.get(type) ?? 'createdAt']: now.toISOString() }),
});

export const handlers = [];
