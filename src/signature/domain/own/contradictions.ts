import { hmac, type HmacTemplate, secretFrom, sign, verify } from 'hookwell/signatures';

/** What two fields of a scheme must not be together: which is wrong, why, and when. */
interface Contradiction {
  readonly field: string;
  readonly says: string;
  readonly holds: (scheme: unknown) => boolean;
}

/** An id that ends nowhere. */
const UNPARTED_ID = /\{id\}\{(?:body|url|method)\}|\{(?:body|url|method)\}\{id\}/;
/** Digits that another number of would be a time too. */
const UNPARTED_TIME = /\{timestamp\}\{(?:id|body|url)\}|\{(?:id|body|url)\}\{timestamp\}/;

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    field: 'id',
    says: 'must name the header of what {id} stands for',
    holds: (scheme) => signs(scheme, 'id') && at(scheme, 'id') === undefined,
  },
  {
    field: 'id',
    says: 'is of no use without {id} in signed',
    holds: (scheme) => !signs(scheme, 'id') && at(scheme, 'id') !== undefined,
  },
  {
    field: 'signed',
    says: 'must have something between {id} and what stands beside it, or a part of the one could be taken for the other: {id}.{body} say',
    holds: (scheme) => UNPARTED_ID.test(signedOf(scheme)),
  },
  {
    field: 'timestamp.tolerance',
    says: 'is needed where nothing parts {timestamp} from what stands beside it: digits of the one could be taken for the other',
    holds: (scheme) =>
      UNPARTED_TIME.test(signedOf(scheme)) &&
      at(scheme, 'timestamp', 'unit') !== 'iso8601' &&
      at(scheme, 'timestamp', 'tolerance') === undefined,
  },
  {
    field: 'timestamp',
    says: 'must say where the time is that {timestamp} stands for',
    holds: (scheme) => signs(scheme, 'timestamp') && at(scheme, 'timestamp') === undefined,
  },
  {
    field: 'timestamp',
    says: 'must be signed, or anybody could change it: put {timestamp} into signed',
    // One in the body is signed with it.
    holds: (scheme) =>
      !signs(scheme, 'timestamp') &&
      ['header', 'prefix'].some((place) => at(scheme, 'timestamp', 'at', place) !== undefined),
  },
  {
    field: 'timestamp.at.prefix',
    says: 'needs signature.separator: it is an item of that list',
    holds: (scheme) =>
      at(scheme, 'timestamp', 'at', 'prefix') !== undefined &&
      at(scheme, 'signature', 'separator') === undefined,
  },
  {
    field: 'timestamp.at.is',
    says: 'needs timestamp.at.pointer: all is text elsewhere',
    holds: (scheme) =>
      at(scheme, 'timestamp', 'at', 'is') !== undefined &&
      at(scheme, 'timestamp', 'at', 'pointer') === undefined,
  },
  {
    field: 'signature.spaced',
    says: 'needs signature.separator: the spaces are around the items of that list',
    holds: (scheme) =>
      at(scheme, 'signature', 'spaced') !== undefined && at(scheme, 'signature', 'separator') === undefined,
  },
  {
    field: 'unescaped',
    says: 'is of no use without {url} in signed',
    holds: (scheme) => !signs(scheme, 'url') && at(scheme, 'unescaped') !== undefined,
  },
  {
    field: 'signature.separator',
    says: 'must have a character that the encoding has not, or a signature could be taken apart',
    holds: (scheme) => {
      const separator = at(scheme, 'signature', 'separator');
      const digits = DIGITS.get(at(scheme, 'signature', 'encoding'));
      return typeof separator === 'string' && digits?.test(separator) === true;
    },
  },
  ...[['signature', 'prefix'] as const, ['timestamp', 'at', 'prefix'] as const].map((path) => ({
    field: path.join('.'),
    says: 'must not have the separator in it, or it would be taken apart',
    holds: (scheme: unknown) => has(at(scheme, ...path), at(scheme, 'signature', 'separator')),
  })),
  {
    field: 'id.header',
    says: 'must not be the header of the signature: each has its own',
    holds: (scheme) => isSameName(at(scheme, 'id', 'header'), at(scheme, 'signature', 'header')),
  },
  {
    field: 'timestamp.at.header',
    says: 'must not be the header of the signature or of the id: each has its own',
    holds: (scheme) =>
      [at(scheme, 'signature', 'header'), at(scheme, 'id', 'header')].some((other) =>
        isSameName(at(scheme, 'timestamp', 'at', 'header'), other),
      ),
  },
];

/** By each encoding, texts that have no other characters than its own. */
const DIGITS = new Map<unknown, RegExp>([
  ['hex', /^[0-9a-f]+$/],
  ['base64', /^[A-Za-z0-9+/=]+$/],
  ['base64url', /^[A-Za-z0-9_-]+$/],
]);

/** What is wrong between the fields of what is to be a scheme, whatever else is wrong with it. */
export function contradictionsIn(scheme: unknown): { readonly field: string; readonly says: string }[] {
  return typeof at(scheme, 'signed') === 'string' ? CONTRADICTIONS.filter(({ holds }) => holds(scheme)) : [];
}

/** So many signatures: what can be in one, a separator say, is in one of them. */
const TRIALS = 64;
const PROBE_AT = new Date('2026-01-31T12:00:00.123Z');

/** Whether a request that is signed as a scheme says verifies by it: it does not where what is in a header cannot be taken apart again. */
export function verifiesItself(template: HmacTemplate): boolean {
  const scheme = hmac(template);
  return [...Array(TRIALS).keys()].every((trial) => {
    const secret = secretFrom(Buffer.alloc(32, trial + 1), scheme) ?? '';
    const probe = {
      id: `probe${trial}`,
      now: PROBE_AT,
      rawBody: probeBody(template),
      method: 'POST',
      url: 'https://hooks.example.com/',
    };
    const request = { ...probe, headers: sign(scheme, probe, secret) };
    return verify(scheme, request, [secret], PROBE_AT).valid;
  });
}

/** A body that has its time where the scheme looks for it. */
function probeBody({ timestamp }: HmacTemplate): Buffer {
  if (!timestamp || !('pointer' in timestamp.at)) return Buffer.from('{}');
  const milliseconds = PROBE_AT.getTime();
  const times = { seconds: Math.floor(milliseconds / 1000), milliseconds, iso8601: PROBE_AT.toISOString() };
  const steps = timestamp.at.pointer.split('/').slice(1);
  const body = steps.reduceRight<unknown>(
    // Computed, so that no name is special.
    (value, step) => ({ [step.replaceAll('~1', '/').replaceAll('~0', '~')]: value }),
    times[timestamp.unit],
  );
  return Buffer.from(JSON.stringify(body));
}

function has(text: unknown, part: unknown): boolean {
  return typeof text === 'string' && typeof part === 'string' && part !== '' && text.includes(part);
}

/** Whether two are the name of one header. */
function isSameName(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one.toLowerCase() === other.toLowerCase();
}

function signs(scheme: unknown, slot: string): boolean {
  return signedOf(scheme).includes(`{${slot}}`);
}

function signedOf(scheme: unknown): string {
  return String(at(scheme, 'signed'));
}

/** What is at a path of names; undefined where there is nothing. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (current, name) =>
      typeof current === 'object' && current !== null && Object.hasOwn(current, name)
        ? (current as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}
