import {
  type DerivedEvent,
  headerField,
  millisecondsField,
  parsePayload,
  type ProviderRequest,
  secondsField,
  timeField,
} from 'hookwell/handler-kit';
import { textAt } from 'hookwell/signatures';
import type { z } from 'zod';
import { fields, oneOf, unit } from './fields.js';
import type { Rules } from './rules.js';

/** Where an own provider's requests say what {@link DerivedEvent} has. */
export function eventFields(rules: Rules) {
  const either = { pointer: rules.pointer.exactOptional(), header: rules.eventHeader.exactOptional() };
  const ways = Object.keys(either);
  const place = oneOf(either, ways);
  return fields({
    id: place.describe('What makes two requests one event. Without it the body does.').exactOptional(),
    type: place.describe('What happened; handlers ask for it.').exactOptional(),
    orderingKey: place.describe('The business entity whose events belong in order.').exactOptional(),
    occurredAt: oneOf({ ...either, unit }, ways)
      .describe('When it happened.')
      .exactOptional(),
  });
}

type EventFields = z.infer<ReturnType<typeof eventFields>>;
type Place = Required<EventFields>['type'];

/** How a number with a fraction becomes text. */
const FRACTION = /^-?\d+(?:\.\d+(?:e[+-]\d+)?|e-\d+)$/;
/** RFC 3339; whatever else a date's reader takes, a bare number say, is none. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** What a request says of its event. What it does not say is null; never throws. */
export function derivedBy(
  { id, type, orderingKey, occurredAt }: EventFields,
  { headers, body }: ProviderRequest,
): DerivedEvent {
  const payload = parsePayload(headers, body);
  const textOf = (given: Place | undefined): string | null => {
    if (given?.header !== undefined) return headerField(headers, given.header);
    return given?.pointer === undefined ? null : textAt(payload, given.pointer);
  };
  return {
    id: unrounded(textOf(id)),
    type: textOf(type),
    orderingKey: textOf(orderingKey),
    occurredAt: occurredAt ? timeOf(textOf(occurredAt), occurredAt.unit) : null,
  };
}

/** An id that JSON.parse has not rounded: two could become one otherwise, and the second event a repeat of the first. */
function unrounded(text: string | null): string | null {
  return text !== null && FRACTION.test(text) ? null : text;
}

function timeOf(text: string | null, given: z.infer<typeof unit>): Date | null {
  switch (given) {
    case 'seconds':
      return secondsField(text);
    case 'milliseconds':
      return millisecondsField(text);
    case 'iso8601':
      return text !== null && ISO.test(text) ? timeField(text) : null;
    default:
      return given satisfies never;
  }
}
