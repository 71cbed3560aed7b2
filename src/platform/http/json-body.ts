import { BadRequestException } from '@nestjs/common';
import { NOT_JSON, TOO_DEEP } from './details.js';

/** Far more than any command has; what looks at a body calls itself for each level, and its stack is bounded. */
const MOST_LEVELS = 32;

/** Reads the body of a command: a JSON object, or undefined where there is none. */
export function parseJsonBody(
  body: Buffer | undefined,
  done: (error: BadRequestException | null, value?: object) => void,
): void {
  if (!body?.length) {
    done(null);
    return;
  }
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    done(new BadRequestException(NOT_JSON));
  } else if (isDeeper(value, MOST_LEVELS)) done(new BadRequestException(TOO_DEEP));
  else done(null, value);
}

/** Undefined where it is no JSON. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
