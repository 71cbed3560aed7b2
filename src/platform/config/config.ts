import { z } from 'zod';
import { AddressRanges, rangeProblem } from '../address-ranges.js';
import { readAdminKeys } from '../auth/admin-key-list.js';

/** Of each source. */
const MOST_REJECTIONS = 1000;

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const wholeNumber = (name: string, least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .refine((text) => /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `${name} must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);

const integer = (name: string, least: number, most: number, byDefault: number): z.ZodType<number> =>
  wholeNumber(name, least, most).prefault(String(byDefault));

const optionalInteger = (name: string, least: number, most: number): z.ZodType<number | undefined> =>
  wholeNumber(name, least, most).optional();

const oneOf = <const T extends string>(name: string, values: readonly T[], byDefault: T): z.ZodType<T> =>
  z
    .string()
    .default(byDefault)
    .refine((text) => (values as readonly string[]).includes(text), {
      error: `${name} must be one of ${values.join(', ')}`,
    })
    .transform((text) => text as T);

/** Not the URL itself: it may carry a password, and the message ends up in a log. */
const url = (name: string, protocols: readonly string[], example: string): z.ZodType<string | undefined> =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.some((protocol) => text.startsWith(protocol)), {
      error: `${name} must look like ${example}`,
    })
    .optional();

/** The key of 32 bytes that a text in base64 stands for; null where it is none. Node's decoder alone would take any text. */
export function secretsKey(text: string): Buffer | null {
  const key = Buffer.from(text, 'base64');
  return key.length === 32 && key.toString('base64') === text ? key : null;
}

/** The address as the provider is given it, spelling and all, without a slash at its end. */
const publicUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/.test(text), {
    error: 'PUBLIC_URL must look like https://hooks.example.com or https://example.com/prefix',
  })
  .transform((text) => text.replace(/\/+$/, ''))
  .optional();

const trustedProxies = z
  .string()
  .default('')
  .transform((text, context) => {
    const ranges = list(text);
    const problems = ranges.flatMap((range) => {
      const problem = rangeProblem(range);
      return problem === null ? [] : [`TRUSTED_PROXIES: ${range} must be ${problem}`];
    });
    for (const problem of problems) context.addIssue(problem);
    return problems.length > 0 ? z.NEVER : ranges.length > 0 ? new AddressRanges(ranges) : undefined;
  });

const environment = z.object({
  HOST: z.string().min(1, 'HOST must be an address to listen on, 0.0.0.0 say').default('127.0.0.1'),
  PORT: integer('PORT', 0, 65_535, 3000),
  ADMIN_PORT: optionalInteger('ADMIN_PORT', 0, 65_535),
  PUBLIC_URL: publicUrl,
  TRUSTED_PROXIES: trustedProxies,
  CLIENT_CERTIFICATE_HEADER: z
    .string()
    // A token of RFC 9110 section 5.6.2.
    .regex(/^[!#$%&'*+.^`|~\w-]+$/, 'CLIENT_CERTIFICATE_HEADER must be the name of a header')
    .transform((name) => name.toLowerCase())
    .optional(),
  ROLE: oneOf('ROLE', ['all', 'api', 'worker'], 'all'),
  DATA_DIR: z.string().min(1, 'DATA_DIR must name a folder').default('./.data'),
  DATABASE_URL: url(
    'DATABASE_URL',
    ['mysql:', 'sqlite:'],
    'mysql://user:password@host:3306/database or sqlite:./hookwell.sqlite',
  ),
  REDIS_URL: url('REDIS_URL', ['redis:', 'rediss:'], 'redis://host:6379'),
  ADMIN_API_KEYS: z
    .string()
    .transform((text, context) => {
      const keys = readAdminKeys(list(text));
      if (typeof keys !== 'string') return keys;
      context.addIssue(keys);
      return z.NEVER;
    })
    .optional(),
  SECRETS_KEY: z
    .string()
    .transform((text, context) => {
      const key = secretsKey(text);
      if (key) return key;
      context.addIssue('SECRETS_KEY must be 32 bytes in base64; make one with: openssl rand -base64 32');
      return z.NEVER;
    })
    .optional(),
  SECRETS_KEY_PREVIOUS: z
    .string()
    .default('')
    .transform((text, context) => {
      const keys = list(text).map(secretsKey);
      if (!keys.includes(null)) return keys as Buffer[];
      context.addIssue(
        'SECRETS_KEY_PREVIOUS must be the SECRETS_KEY from before, or several separated by commas: each 32 bytes in base64',
      );
      return z.NEVER;
    }),
  LOG_LEVEL: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
  ACCEPT_TIMEOUT_MS: integer('ACCEPT_TIMEOUT_MS', 100, 60_000, 4000),
  WORKER_CONCURRENCY: integer('WORKER_CONCURRENCY', 1, 10_000, 128),
  LEASE_MS: integer('LEASE_MS', 2000, 3_600_000, 30_000),
  RELAY_INTERVAL_MS: integer('RELAY_INTERVAL_MS', 20, 60_000, 250),
  REJECTIONS_KEPT: integer('REJECTIONS_KEPT', 1, MOST_REJECTIONS, 100),
  PROVIDERS_DIR: z.string().min(1, 'PROVIDERS_DIR must name a folder').optional(),
});

/** The names of all variables that are read. */
export const CONFIG_NAMES: readonly string[] = Object.keys(environment.shape);

/** The process's settings, read once at start. */
export type AppConfig = Readonly<z.infer<typeof environment>>;

/** Dependency-injection token of {@link AppConfig}. */
export const APP_CONFIG = Symbol('APP_CONFIG');

/** A setting that stops the start; its message is one line that says what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads and checks the environment. An empty variable counts as not set.
 * @throws ConfigurationError that names every wrong variable and what it takes
 */
export function loadConfig(variables: Readonly<Record<string, string | undefined>>): AppConfig {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map((issue) => issue.message).join('; '));
  }
  const config = parsed.data;
  const isMysql = config.DATABASE_URL?.startsWith('mysql:') ?? false;
  if (config.ROLE !== 'all' && !(isMysql && config.REDIS_URL !== undefined)) {
    throw new ConfigurationError(
      `ROLE=${config.ROLE} needs DATABASE_URL=mysql://… and REDIS_URL=redis://…, for separate processes share both; or set ROLE=all`,
    );
  }
  if (isMysql && new URL(config.DATABASE_URL ?? '').pathname.length < 2) {
    throw new ConfigurationError(
      'DATABASE_URL must name a database: mysql://user:password@host:3306/database',
    );
  }
  if (/^sqlite:(|:memory:.*)$/.test(config.DATABASE_URL ?? '')) {
    throw new ConfigurationError(
      'DATABASE_URL must name a file: sqlite:./hookwell.sqlite; what is in memory only would be lost',
    );
  }
  if (config.CLIENT_CERTIFICATE_HEADER !== undefined && !config.TRUSTED_PROXIES) {
    throw new ConfigurationError(
      'CLIENT_CERTIFICATE_HEADER needs TRUSTED_PROXIES: it is believed from a trusted proxy only',
    );
  }
  if (config.ADMIN_PORT === config.PORT && config.PORT !== 0) {
    throw new ConfigurationError('ADMIN_PORT must be another port than PORT, or not be set');
  }
  return config;
}
