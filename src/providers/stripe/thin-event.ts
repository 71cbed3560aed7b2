import { stringField } from 'hookwell/handler-kit';

/** Whether an event is one of API v2, which names the object that it is about without showing it. https://docs.stripe.com/event-destinations */
export function isThin(event: unknown): boolean {
  return stringField(event, 'object') === 'v2.core.event';
}
