/** Why nothing was sent, or its end was not seen. The message says what to do, and is all that the person gets to see. */
export class SendError extends Error {
  override readonly name = 'SendError';
}
