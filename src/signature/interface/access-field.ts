import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { rangeProblem, TAKES_RANGE } from '../../platform/address-ranges.js';
import type { AccessRules } from '../domain/access.js';

const MOST_ADDRESSES = 100;
/** Of which a header's value consists, and no space at its ends: HTTP takes those away (RFC 9110 section 5.5). */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,498}[\x21-\x7e])?$/;

const ADDRESSES: ApiPropertyOptions = {
  type: [String],
  maxItems: MOST_ADDRESSES,
  description: `Addresses and ranges that requests may come from, each ${TAKES_RANGE}. Empty for any.`,
};
const CERTIFICATE = {
  type: String,
  nullable: true,
  description:
    "What the header of CLIENT_CERTIFICATE_HEADER has to say, the certificate's subject or fingerprint. null: none is needed.",
} as const;
const BASIC = {
  description:
    "Whether requests need a basic authorization header with one of the source's secrets for basic. Not where the signature is read from that header.",
} as const;

/** What a source asks of requests beside the signature. */
export class AccessView {
  @ApiProperty(ADDRESSES)
  allowedAddresses!: string[];

  @ApiProperty(CERTIFICATE)
  clientCertificate!: string | null;

  @ApiProperty(BASIC)
  basicAuth!: boolean;
}

/** What of it is to be changed; what is left out stays as it is. */
export class ChangeAccess implements Partial<AccessRules> {
  @ApiPropertyOptional(ADDRESSES)
  allowedAddresses?: string[];

  @ApiPropertyOptional(CERTIFICATE)
  clientCertificate?: string | null;

  @ApiPropertyOptional(BASIC)
  basicAuth?: boolean;
}

/** For each field what is wrong with a value; null where nothing is. */
const PROBLEMS: Readonly<Record<keyof AccessRules, (value: unknown) => string | null>> = {
  allowedAddresses: (value) => (Array.isArray(value) ? problemOfAddresses(value) : TAKES_ADDRESSES),
  clientCertificate: (value) =>
    value === null || (typeof value === 'string' && HEADER_VALUE.test(value)) ? null : TAKES_CERTIFICATE,
  basicAuth: (value) => (typeof value === 'boolean' ? null : 'access.basicAuth must be true or false.'),
};
export const ACCESS_FIELDS = Object.keys(PROBLEMS).join(', ');

/** What is said where the signature needs the header in which basic credentials would be. */
export const NO_FREE_AUTHORIZATION =
  'access.basicAuth needs the authorization header for itself, or nothing could be let through, and this source reads its signature from there; leave it false, or have it sign in another header.';

export const TAKES_ACCESS = `access must be an object with any of ${ACCESS_FIELDS}.`;
const TAKES_ADDRESSES = `access.allowedAddresses must be a list of at most ${MOST_ADDRESSES}.`;
const TAKES_CERTIFICATE =
  'access.clientCertificate must be null, or 1 to 500 characters of ASCII without a space at its ends.';

/** A field that says, or changes, {@link AccessRules}; its message names what is wrong in it. */
export function IsAccess(): PropertyDecorator {
  return ValidateBy({
    name: 'isAccess',
    validator: {
      validate: (value) => accessProblem(value) === null,
      defaultMessage: (about) => accessProblem(about?.value) ?? '',
    },
  });
}

function accessProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return TAKES_ACCESS;
  const problems = Object.entries(value).map(([name, given]) =>
    Object.hasOwn(PROBLEMS, name)
      ? PROBLEMS[name as keyof AccessRules](given)
      : `access.${name} is unknown; there are ${ACCESS_FIELDS}.`,
  );
  return problems.filter((problem) => problem !== null).join(' ') || null;
}

function problemOfAddresses(list: readonly unknown[]): string | null {
  if (list.length > MOST_ADDRESSES) return TAKES_ADDRESSES;
  const problems = list.flatMap((item, index) => {
    const problem = typeof item === 'string' ? rangeProblem(item) : TAKES_RANGE;
    return problem === null ? [] : [`access.allowedAddresses[${index}] must be ${problem}.`];
  });
  return problems.join(' ') || null;
}
