/**
 * Thrown by a handler that knows that no retry can help (the order does not exist, the amount is negative).
 * The operation fails now, whatever attempts are left; the event becomes FAILED and waits for a person.
 */
export class RejectEvent extends Error {
  override readonly name = 'RejectEvent';
}
