import { EVENT_ID } from './event-views.js';

/** The event in the address, as it is documented. */
export const EVENT_PARAMETER = { name: 'id', format: 'uuid', example: EVENT_ID };
export const TAKES_EVENT_ID = 'id must be the UUID of an event.';

export function noEvent(id: string): string {
  return `There is no event ${id}; GET /events lists those that there are.`;
}
