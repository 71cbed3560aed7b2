import { ValidateBy } from 'class-validator';

const TAKES = 'a date (2026-01-31) or a time (2026-01-31T12:00:00Z, another offset, or none for UTC)';
const TIME =
  /^(\d{4}-\d\d-\d\d)(?:T((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d+)?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/;

/**
 * Reads the ISO 8601 times that a parameter takes: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM[:SS[.fraction]]` with `Z`, an offset or
 * neither, which is UTC whatever the server's zone; null for everything else. A date is its first moment.
 */
export function parseTime(text: string): Date | null {
  const [, day = '', minutes = '00:00', seconds = '', offset = 'Z'] = TIME.exec(text) ?? [];
  // Date takes 30 February for 2 March.
  const midnight = new Date(`${day}T00:00Z`).getTime();
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return null;
  return new Date(`${day}T${minutes}${seconds}${offset}`);
}

/** The time that a checked parameter gives; undefined where it was left out. */
export function givenTime(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : (parseTime(text) ?? undefined);
}

/** A parameter that {@link parseTime} reads. */
export function IsTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value) => typeof value === 'string' && parseTime(value) !== null,
      defaultMessage: (about) => `${about?.property ?? 'it'} must be ${TAKES}${hint(about?.value)}.`,
    },
  });
}

/** In a query a + means a space. */
function hint(value: unknown): string {
  const meant = typeof value === 'string' ? parseTime(value.replace(' ', '+')) : null;
  return meant ? '; write the + as %2B' : '';
}
