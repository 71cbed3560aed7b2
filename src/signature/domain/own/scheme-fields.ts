import type { HmacTemplate } from 'hookwell/signatures';
import { z } from 'zod';
import { choice, fields, oneOf, unit } from './fields.js';
import { type Rules, SLOTS } from './rules.js';

type At = NonNullable<HmacTemplate['timestamp']>['at'];

/** Each field of an own scheme by itself; `contradictions.ts` has what they must not be together. */
export function schemeFields(rules: Rules) {
  return fields({
    algorithm: choice(['sha1', 'sha256', 'sha512']).describe('Default: sha256.').exactOptional(),
    key: choice(['utf8', 'hex', 'base64', 'whsec'])
      .describe(
        'How the secret becomes the key: as it is (utf8, the default), or decoded; whsec is base64 behind `whsec_`.',
      )
      .exactOptional(),
    signed: rules.signed.describe(`What is signed: text with ${SLOTS} in it.`),
    signature: signatureFields(rules),
    id: fields({ header: rules.headerName })
      .describe("Header of the message's id, where it is signed.")
      .exactOptional(),
    timestamp: timestampFields(rules).exactOptional(),
    unescaped: rules.unescaped
      .describe('Characters that are signed as they are, though the address may have them percent-encoded.')
      .exactOptional(),
  });
}

function signatureFields({ headerName, prefix, separator }: Rules) {
  return fields({
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
}

function timestampFields({ headerName, prefix, pointer, tolerance }: Rules) {
  const places = {
    header: headerName.exactOptional(),
    prefix: prefix.exactOptional(),
    pointer: pointer.exactOptional(),
  };
  return fields({
    at: oneOf({ ...places, is: choice(['number']).exactOptional() }, Object.keys(places))
      .transform((place) => place as At)
      .describe(
        'Where it is: in a header of its own, in the list behind this prefix, or in the body, where `is` says that only a number will do.',
      ),
    unit,
    tolerance: tolerance
      .describe('Seconds that it may be off, both ways; without it, it may be any time.')
      .exactOptional(),
  });
}
