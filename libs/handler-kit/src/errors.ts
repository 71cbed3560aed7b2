/**
 * Thrown by a handler that knows that no retry can help (the order does not exist, the amount is negative).
 * The operation fails now, whatever attempts are left; the event becomes FAILED and waits for a person.
 */
export class RejectEvent extends Error {
  override readonly name = 'RejectEvent';
}

/** Thrown by a handler that cannot do its work yet, through no fault. It uses up no attempt. See {@link retryLater}. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';

  /** @param delayMs how long to wait, in milliseconds */
  constructor(
    readonly delayMs: number,
    why: string,
  ) {
    super(why);
  }
}

/** Ends the handler: the operation fails for good. `return reject(…)` and a plain call do the same. */
export function reject(why: string): never {
  throw new RejectEvent(why);
}

/**
 * Ends the handler: the operation is run again after a while and has used up no attempt. What was written through the
 * transaction is undone. Once the operation has put itself off for longer than its handler's `laterWithinMs`, it fails.
 * @param delayMs how long to wait, in milliseconds
 */
export function retryLater(delayMs: number, why: string): never {
  throw new RetryLater(delayMs, why);
}
