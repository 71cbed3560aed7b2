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

/** The refusal that an error stands for. One that nobody has foreseen refuses as well: nothing passes by accident. */
export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('malformed_header', 'the request cannot be read');
}

/** The refusal that a check ends with; null where it holds. */
export function refusalOf(check: () => void): Refusal | null {
  try {
    check();
    return null;
  } catch (error) {
    return asRefusal(error);
  }
}

/** The verdict that an error stands for. */
export function verdictOf(error: unknown): Extract<Verdict, { valid: false }> {
  const { reason, detail } = asRefusal(error);
  return { valid: false, reason, detail };
}
