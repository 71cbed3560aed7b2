import { Refusal } from './refusal.js';

export type TimestampUnit = 'seconds' | 'milliseconds' | 'iso8601';

/** Of one spelling each: with zeros before it, a time would take digits from its neighbour and stay the same. */
const DIGITS = /^(?:0|[1-9]\d{0,14})$/;
/** Seconds of the years 2001 to 2286. */
const TEN_DIGITS = /^\d{10}$/;
/** RFC 3339. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Holds the time of signing against ours, both ways: a signature from the future would be good for longer than its provider means.
 * One without a tolerance still has to be a time.
 * @param tolerance seconds that the two may be apart
 * @throws Refusal when the text is no time, or too far off
 */
export function checkTimestamp(
  text: string,
  unit: TimestampUnit,
  tolerance: number | undefined,
  now: Date,
): void {
  const signedAt = milliseconds(text, unit);
  if (tolerance === undefined) return;
  // A provider that counts seconds knows nothing smaller.
  const clock = unit === 'seconds' ? Math.floor(now.getTime() / 1000) * 1000 : now.getTime();
  const age = (clock - signedAt) / 1000;
  if (age < -tolerance) throw new Refusal('future_timestamp', `signed ${-age} s ahead of our clock`);
  // Said this way round, a clock without a time lets nothing pass.
  if (!(age <= tolerance)) throw new Refusal('stale_timestamp', `signed ${age} s ago`);
}

/**
 * Checks seconds that may be any time, and that nothing parts from what is signed with them. They have one length, or some of their digits
 * could be taken for a part of the body, and some of its for theirs, under the same signature.
 * @throws Refusal when the text is no such time
 */
export function checkUnpartedSeconds(text: string): void {
  if (TEN_DIGITS.test(text)) return;
  throw new Refusal('malformed_header', 'the timestamp is not a time in seconds, of ten digits');
}

function milliseconds(text: string, unit: TimestampUnit): number {
  if (unit === 'iso8601') {
    const time = ISO.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time)) throw new Refusal('malformed_header', 'the timestamp is not a time in ISO 8601');
    return time;
  }
  if (!DIGITS.test(text)) {
    throw new Refusal('malformed_header', `the timestamp is not a whole number of ${unit}`);
  }
  return Number(text) * (unit === 'seconds' ? 1000 : 1);
}
