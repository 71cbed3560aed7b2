import {
  bodyDigest,
  defineProvider,
  joinFields,
  jsonRequest,
  listField,
  millisecondsField,
  parseJson,
  sharedField,
  stringField,
} from 'hookwell/handler-kit';
import { hubspot } from 'hookwell/signatures';

/**
 * One request has up to 100 events. https://developers.hubspot.com/docs/api/webhooks
 *
 * An event counts its tries, and its id may be another's too, which HubSpot says of `eventId`: so a request is told by the ids, times and
 * objects of its events. Its type, object and time are theirs, where they have one. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'hubspot',
  displayName: 'HubSpot',
  documentation: 'https://developers.hubspot.com/docs/api/webhooks',
  scheme: hubspot,
  delivery: { answerWithinMs: 5000, retries: '10 in 24 hours' },
  derive: ({ body }) => {
    const events = listField(parseJson(body));
    const type = sharedField(events, 'subscriptionType');
    const kind = type?.replace(/\.[^.]*$/, '') ?? null;
    return {
      id: joinFields(...events.map(eventId)),
      type,
      orderingKey: joinFields(
        sharedField(events, 'portalId'),
        // `contact` of contact.creation. A generic one, object.creation, has its object's type beside it:
        // https://developers.hubspot.com/changelog/public-beta-generic-webhook-subscriptions
        kind === 'object' ? sharedField(events, 'objectTypeId') : kind,
        sharedField(events, 'objectId'),
      ),
      occurredAt: millisecondsField(sharedField(events, 'occurredAt')),
    };
  },
  simulate: ({ body, id, now }) => {
    const events = JSON.parse(body) as object[];
    const fresh = events.map((event) => ({ ...event, eventId: id, occurredAt: now.getTime() }));
    return jsonRequest(JSON.stringify(fresh));
  },
});

function eventId(event: unknown): string | null {
  return joinFields(
    stringField(event, 'subscriptionId'),
    stringField(event, 'eventId'),
    stringField(event, 'occurredAt'),
    stringField(event, 'objectId') ?? digestOf(event),
  );
}

/** Of what is about two objects, an association say: all that it says but for the count of its tries. */
function digestOf(event: unknown): string {
  const said = JSON.stringify(event, (name, value: unknown) =>
    name === 'attemptNumber' ? undefined : value,
  );
  return bodyDigest(Buffer.from(said));
}

export const handlers = [];
