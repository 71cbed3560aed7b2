import { DEFAULT_TIMEOUT_MS, type WebhookHandlerOptions } from 'hookwell/handler-kit';
import { z } from 'zod';
import { ConfigurationError } from '../../../platform/config/config.js';
import type { HandlerRules } from '../../domain/handler-rules.js';

const NAME_COLUMN = 128;
/** A timer takes no more, and fires at once for what is longer. */
const LONGEST_MS = 2 ** 31 - 1;
const DAY_MS = 24 * 3_600_000;
/** Of a handler that says nothing of them. */
export const DEFAULTS = {
  attempts: 8,
  backoffMs: 5000,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  laterWithinMs: DAY_MS,
  requiresWithinMs: 3_600_000,
  breaker: { failureRate: 0.5, lastAttempts: 20, openMs: 30_000 },
} as const;

const whole = (least: number): z.ZodType<number> =>
  z
    .number(`must be a whole number from ${least} to ${LONGEST_MS}`)
    .refine((value) => Number.isInteger(value) && value >= least && value <= LONGEST_MS, {
      error: `must be a whole number from ${least} to ${LONGEST_MS}`,
    });

const oneOf = <const T extends string | boolean>(...values: T[]): z.ZodType<T> =>
  z.custom<T>((value) => values.includes(value as T), { error: `must be ${values.join(' or ')}` });

const TYPES = 'must be a list of event types';

const declared = {
  provider: z.string(),
  payload: z
    .custom<object>((value) => typeof (value as { safeParse?: unknown } | null)?.safeParse === 'function', {
      error: 'must be a Zod schema',
    })
    .optional(),
  types: z
    .array(z.string(TYPES).min(1, 'names an empty event type'), TYPES)
    .min(1, "names no event type; add some, or '*'"),
  attempts: whole(1).default(DEFAULTS.attempts),
  backoffMs: whole(0).default(DEFAULTS.backoffMs),
  timeoutMs: whole(1).default(DEFAULTS.timeoutMs),
  laterWithinMs: whole(1).default(DEFAULTS.laterWithinMs),
  transaction: oneOf(true, false).optional(),
  ordering: oneOf('none', 'serial').optional(),
  requires: z
    .array(
      z.string(TYPES).regex(/^[^*]+$/, 'must name types in full; an event cannot wait for a pattern'),
      TYPES,
    )
    .default([]),
  requiresWithinMs: whole(1).default(DEFAULTS.requiresWithinMs),
  whenMissing: oneOf('fail', 'run').default('fail'),
  supersede: oneOf(true, false).default(false),
  concurrency: whole(1).optional(),
  ratePerSecond: whole(1).optional(),
  breaker: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          failureRate: z.number().gt(0, 'must be above 0').max(1, 'must be at most 1'),
          lastAttempts: whole(1),
          openMs: whole(1),
        }),
      ],
      'must be false, or give failureRate, lastAttempts and openMs as numbers',
    )
    .default(DEFAULTS.breaker),
};

/** What a decorator may say; written in plain JavaScript it may say anything. */
const optionsSchema = z.strictObject(declared, {
  error: ({ code, keys }) =>
    code === 'unrecognized_keys'
      ? `${keys.join(', ')} is no option; there are ${Object.keys(declared).join(', ')}`
      : undefined,
});

/**
 * A decorator's options with the defaults.
 * @throws ConfigurationError that names the handler and the first wrong option
 */
export function handlerRules(name: string, options: WebhookHandlerOptions): HandlerRules {
  if (name.length > NAME_COLUMN)
    throw new ConfigurationError(`${name} has a name of over ${NAME_COLUMN} characters; shorten it`);
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const option = issue?.path.join('.') ?? '';
    throw new ConfigurationError([`${name}:`, option, issue?.message].filter(Boolean).join(' '));
  }
  const { attempts, backoffMs, requires, requiresWithinMs, whenMissing, breaker, ...rest } = parsed.data;
  const keyed = requires.length > 0 || rest.supersede;
  if (keyed && rest.ordering === 'none') {
    throw new ConfigurationError(
      `${name}: ordering 'none' contradicts requires and supersede, which make a handler serial; leave it out`,
    );
  }
  return {
    name,
    retry: { attempts, backoffMs },
    timeoutMs: rest.timeoutMs,
    laterWithinMs: rest.laterWithinMs,
    serial: keyed || rest.ordering === 'serial',
    requires: requires.length > 0 ? { types: requires, withinMs: requiresWithinMs, whenMissing } : null,
    supersede: rest.supersede,
    concurrency: rest.concurrency ?? null,
    ratePerSecond: rest.ratePerSecond ?? null,
    breaker: breaker === false ? null : breaker,
  };
}
