import type { HmacTemplate } from 'hookwell/signatures';
import { z } from 'zod';
import { choice, fields, headerName, oneOf, pointer, prefix, separator, unit } from './fields.js';

const LONGEST_SIGNED = 500;
const LONGEST_TOLERANCE = 86_400;

const SLOTS = '{id}, {timestamp}, {method}, {url} and {body}';
const SLOT = /\{(?:id|timestamp|method|url|body)\}/g;

const TAKES_SIGNED = `must be a text of at most ${LONGEST_SIGNED} characters with {body} in it, {timestamp}.{body} say`;
const TAKES_TOLERANCE = `must be a whole number of seconds from 1 to ${LONGEST_TOLERANCE}`;
const TAKES_UNESCAPED = 'must be a text of 1 to 50 characters';

type At = NonNullable<HmacTemplate['timestamp']>['at'];

const at = oneOf(
  { header: headerName.exactOptional(), prefix: prefix.exactOptional(), pointer: pointer.exactOptional() },
  ['header', 'prefix', 'pointer'],
)
  .transform((place) => place as At)
  .describe('Where it is: in a header of its own, in the list behind this prefix, or in the body.');

const signed = z
  .string({ error: TAKES_SIGNED })
  .max(LONGEST_SIGNED, { error: TAKES_SIGNED })
  .refine((text) => text.includes('{body}'), {
    error: 'must have {body} in it, or anybody could change the body',
  })
  .refine((text) => !/[{}]/.test(text.replace(SLOT, '')), {
    error: `may have ${SLOTS} in it, and no other braces`,
  })
  .describe(`What is signed: text with ${SLOTS} in it.`);

const signature = fields({
  header: headerName.describe(
    'Its header. One that ends in `-*` stands for the headers `-1`, `-2` and so on.',
  ),
  encoding: choice(['hex', 'base64', 'base64url']),
  prefix: prefix.describe('What stands before the signature.').exactOptional(),
  separator: separator
    .describe(
      'What stands between the items of a header that is a list; one of those with the prefix has to hold.',
    )
    .exactOptional(),
  spaced: z
    .boolean({ error: 'must be true or false' })
    .describe('Whether spaces may stand around the items.')
    .exactOptional(),
});

const timestamp = fields({
  at,
  unit,
  tolerance: z
    .int({ error: TAKES_TOLERANCE })
    .min(1, { error: TAKES_TOLERANCE })
    .max(LONGEST_TOLERANCE, { error: TAKES_TOLERANCE })
    .describe('Seconds that it may be off, both ways; without it, it may be any time.')
    .exactOptional(),
});

/** Each field of an own scheme by itself; `contradictions.ts` has what they must not be together. */
export const schemeFields = fields({
  algorithm: choice(['sha1', 'sha256', 'sha512']).describe('Default: sha256.').exactOptional(),
  key: choice(['utf8', 'hex', 'base64', 'whsec'])
    .describe(
      'How the secret becomes the key: as it is (utf8, the default), or decoded; whsec is base64 behind `whsec_`.',
    )
    .exactOptional(),
  signed,
  signature,
  id: fields({ header: headerName })
    .describe("Header of the message's id, where it is signed.")
    .exactOptional(),
  timestamp: timestamp.exactOptional(),
  unescaped: z
    .string({ error: TAKES_UNESCAPED })
    .min(1, { error: TAKES_UNESCAPED })
    .max(50, { error: TAKES_UNESCAPED })
    .describe('Characters that are signed as they are, though the address may have them percent-encoded.')
    .exactOptional(),
});
