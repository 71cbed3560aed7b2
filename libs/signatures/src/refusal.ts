import type { RejectionReason, Verdict } from './verdict.js';

/** Ends a verification; {@link verdictOf} makes it the verdict. */
export class Refusal extends Error {
  constructor(
    readonly reason: RejectionReason,
    /** For the people who run the receiver, never for the sender. */
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** The verdict that an error stands for. One that nobody has foreseen refuses as well: nothing passes by accident. */
export function verdictOf(error: unknown): Extract<Verdict, { valid: false }> {
  return error instanceof Refusal
    ? { valid: false, reason: error.reason, detail: error.detail }
    : { valid: false, reason: 'malformed_header', detail: 'the request cannot be read' };
}
