import { z } from 'zod';

const MOST_TEXT = 100;
const LONGEST_POINTER = 500;
const LONGEST_SIGNED = 500;
const LONGEST_TOLERANCE = 86_400;

export const SLOTS = '{id}, {timestamp}, {method}, {url} and {body}';
const SLOT = /\{(?:id|timestamp|method|url|body)\}/g;

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 6901; the empty one, which means the whole body, leads to no field. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;
/** What a header can have in it and not lose at its ends. */
const VISIBLE = /^[\x21-\x7e][\x20-\x7e]*$/;

/** Headers that are about the connection, or that servers and proxies write anew; what a provider says is in others. */
const RESERVED: readonly string[] = [
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Headers in which a request shows credentials. A scheme may read them; of an event all is told, to viewers too. */
const CREDENTIALS: readonly string[] = ['authorization', 'proxy-authorization'];

const TAKES_HEADER = `must be the name of a header, X-Acme-Signature say, of at most ${MOST_TEXT} characters`;
const TAKES_FREE_HEADER = `must not be ${RESERVED.join(', ')}: those belong to the connection`;
const TAKES_EVENT_HEADER = `must not be ${CREDENTIALS.join(', ')}: those have credentials, and what is read of an event is told`;
const TAKES_POINTER = `must be a JSON pointer (RFC 6901), /data/id say, of at most ${LONGEST_POINTER} characters`;
const TAKES_SIGNED = `must be a text of at most ${LONGEST_SIGNED} characters with {body} in it, {timestamp}.{body} say`;
const TAKES_TOLERANCE = `must be a whole number of seconds from 1 to ${LONGEST_TOLERANCE}`;
const TAKES_UNESCAPED = 'must be a text of 1 to 50 characters';

/** What the texts and numbers of a description have to be, wherever in it they are. */
export interface Rules {
  /** The name of a header, in any case; it becomes small letters. */
  readonly headerName: z.ZodType<string>;
  /** As {@link Rules.headerName}, of a header that something of the event is read from. */
  readonly eventHeader: z.ZodType<string>;
  /** Where in the body something is. */
  readonly pointer: z.ZodType<string>;
  /** What stands before something in a header. */
  readonly prefix: z.ZodType<string>;
  /** What stands between the items of a header. */
  readonly separator: z.ZodType<string>;
  /** What is signed: text with slots. */
  readonly signed: z.ZodType<string>;
  /** Seconds that a time may be off. */
  readonly tolerance: z.ZodType<number>;
  /** Characters of an address. */
  readonly unescaped: z.ZodType<string>;
}

const headerName = z
  .string({ error: TAKES_HEADER })
  .max(MOST_TEXT, { error: TAKES_HEADER })
  .refine((name) => TOKEN.test(name), { error: TAKES_HEADER })
  .refine((name) => !RESERVED.includes(name.toLowerCase()), { error: TAKES_FREE_HEADER });

/** Of one that is written: all that is known to be wrong is refused, and told. */
export const WRITTEN: Rules = {
  headerName: headerName.transform((name) => name.toLowerCase()),
  eventHeader: headerName
    .refine((name) => !CREDENTIALS.includes(name.toLowerCase()), { error: TAKES_EVENT_HEADER })
    .transform((name) => name.toLowerCase()),
  pointer: z
    .string({ error: TAKES_POINTER })
    .max(LONGEST_POINTER, { error: TAKES_POINTER })
    .refine((text) => POINTER.test(text), { error: TAKES_POINTER }),
  prefix: visible(`must be 1 to ${MOST_TEXT} characters of ASCII, the first no space`, VISIBLE),
  separator: visible(`must be 1 to ${MOST_TEXT} characters of ASCII, a comma say`, /^[\x20-\x7e]+$/),
  signed: slotted(z.string({ error: TAKES_SIGNED }).max(LONGEST_SIGNED, { error: TAKES_SIGNED })),
  tolerance: z
    .int({ error: TAKES_TOLERANCE })
    .min(1, { error: TAKES_TOLERANCE })
    .max(LONGEST_TOLERANCE, { error: TAKES_TOLERANCE }),
  unescaped: z
    .string({ error: TAKES_UNESCAPED })
    .min(1, { error: TAKES_UNESCAPED })
    .max(50, { error: TAKES_UNESCAPED }),
};

/**
 * Of one that is stored: what it takes to know what is meant. A bound or a name to keep clear of is not among it, or a version in which
 * that is stricter would stop a source; a slot that is not known is, or what it stands for would be taken for text.
 */
export const STORED: Rules = {
  headerName: z.string().regex(TOKEN).toLowerCase(),
  eventHeader: z.string().regex(TOKEN).toLowerCase(),
  pointer: z.string().regex(POINTER),
  prefix: z.string().min(1),
  separator: z.string().min(1),
  signed: slotted(z.string()),
  tolerance: z.number().positive(),
  unescaped: z.string(),
};

function slotted(text: z.ZodString): z.ZodString {
  return text
    .refine((signed) => signed.includes('{body}'), {
      error: 'must have {body} in it, or anybody could change the body',
    })
    .refine((signed) => !/[{}]/.test(signed.replace(SLOT, '')), {
      error: `may have ${SLOTS} in it, and no other braces`,
    });
}

function visible(takes: string, pattern: RegExp) {
  return z
    .string({ error: takes })
    .max(MOST_TEXT, { error: takes })
    .refine((text) => pattern.test(text), { error: takes });
}
