/** How a handler's failed operations are tried again. */
export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Upper bound of the first wait, in milliseconds. */
  readonly backoffMs: number;
}

const GROWTH = 6;
const LONGEST_WAIT_MS = 12 * 3_600_000;

/**
 * The wait after a failed attempt, in milliseconds, or null when none is left. Exponential with full jitter, so that what
 * failed together does not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param attempt the attempt that failed, from 1
 * @param random from 0 to below 1
 */
export function nextDelay(policy: RetryPolicy, attempt: number, random: number): number | null {
  if (attempt >= policy.attempts) return null;
  return Math.floor(random * Math.min(LONGEST_WAIT_MS, policy.backoffMs * GROWTH ** (attempt - 1)));
}
