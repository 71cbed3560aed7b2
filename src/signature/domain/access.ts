import { sameText } from 'hookwell/signatures';
import { z } from 'zod';
import { AddressRanges, isAddressRange } from '../../platform/address-ranges.js';
import type { SourceSecret } from './source-secret.js';

/** What a source asks of a request beside its signature. */
export interface AccessRules {
  /** Addresses and CIDR ranges that it may come from; empty for any. */
  readonly allowedAddresses: readonly string[];
  /** What the proxy has to say of the client's certificate, its subject or fingerprint; null where none is asked for. */
  readonly clientCertificate: string | null;
  /** Whether it has to show one of the source's secrets for `basic`. */
  readonly basicAuth: boolean;
}

/** The rules of a source that asks for nothing but the signature. */
export const OPEN_ACCESS: AccessRules = { allowedAddresses: [], clientCertificate: null, basicAuth: false };

/** By each rule's name, whether it asks for something. */
const ASKS: Readonly<Record<keyof AccessRules, (rules: AccessRules) => boolean>> = {
  allowedAddresses: ({ allowedAddresses }) => allowedAddresses.length > 0,
  clientCertificate: ({ clientCertificate }) => clientCertificate !== null,
  basicAuth: ({ basicAuth }) => basicAuth,
};
export const ACCESS_RULES = Object.keys(ASKS) as readonly (keyof AccessRules)[];

/** Who sends a request, as far as the rules ask. */
export interface Caller {
  /** Null where it is not known. */
  readonly address: string | null;
  /** What a trusted proxy has said of its certificate; undefined where it has said nothing, or several things. */
  readonly certificate: string | undefined;
  /** Its authorization header; undefined where there is none, or several. */
  readonly authorization: string | undefined;
}

/** Why a request is refused whatever its signature is. */
export interface AccessRefusal {
  readonly reason: 'address_not_allowed' | 'certificate_refused' | 'credentials_refused';
  readonly detail: string;
}

const STORED = z.strictObject({
  allowedAddresses: z.array(z.string().refine(isAddressRange)).default([]),
  clientCertificate: z.string().nullable().default(null),
  basicAuth: z.boolean().default(false),
});

/**
 * The rules as a source's row has them: JSON, or null where they ask for nothing. Null where they cannot be read, also those that have
 * a rule which is not known here, a newer version's say: to pass it over would let through what it keeps out.
 */
export function accessRulesOf(stored: string | null): AccessRules | null {
  if (stored === null) return OPEN_ACCESS;
  try {
    return STORED.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

/** Rules with a change to them; null where they are not known and the change does not say all of them. */
export function changedRules(rules: AccessRules | null, change: Partial<AccessRules>): AccessRules | null {
  const isComplete = Object.keys(OPEN_ACCESS).every((rule) => Object.hasOwn(change, rule));
  return rules || isComplete ? { ...OPEN_ACCESS, ...rules, ...change } : null;
}

/** A source's rules, ready to be asked. */
export class Access {
  /** Those that ask for something, by name. */
  readonly asked: readonly (keyof AccessRules)[];
  private ranges: AddressRanges | undefined;

  constructor(private readonly rules: AccessRules) {
    this.asked = ACCESS_RULES.filter((name) => ASKS[name](rules));
  }

  /** Whether it asks for nothing. */
  get isOpen(): boolean {
    return this.asked.length === 0;
  }

  /** Whether requests carry credentials. */
  get asksForCredentials(): boolean {
    return this.rules.basicAuth;
  }

  /**
   * Why a request is refused; null where the rules let it through.
   * @param credentials the active ones, each `user:password`
   * @param used is told the one that the request has shown
   */
  refusal(
    caller: Caller,
    credentials: readonly SourceSecret[],
    used: (credential: SourceSecret) => void,
  ): AccessRefusal | null {
    const { allowedAddresses, clientCertificate, basicAuth } = this.rules;
    if (allowedAddresses.length > 0 && !this.allows(caller.address)) {
      return {
        reason: 'address_not_allowed',
        detail: `${caller.address ?? 'an unknown address'} is not allowed`,
      };
    }
    if (clientCertificate !== null && caller.certificate !== clientCertificate) {
      return { reason: 'certificate_refused', detail: certificateDetail(caller.certificate) };
    }
    if (!basicAuth) return null;
    const shown = shownBy(caller.authorization, credentials);
    if (!shown) return { reason: 'credentials_refused', detail: credentialsDetail(caller.authorization) };
    used(shown);
    return null;
  }

  /** Made when first asked: sources are read anew all the time. */
  private allows(address: string | null): boolean {
    this.ranges ??= new AddressRanges(this.rules.allowedAddresses);
    return address !== null && this.ranges.includes(address);
  }
}

/**
 * The one of the credentials that an authorization header has (RFC 7617). All are compared, so that the time tells neither which it is
 * nor how much of it was right.
 */
function shownBy(
  authorization: string | undefined,
  credentials: readonly SourceSecret[],
): SourceSecret | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const given = Buffer.from(encoded, 'base64').toString();
  return credentials.filter(({ value }) => sameText(value, given))[0];
}

function certificateDetail(certificate: string | undefined): string {
  return certificate === undefined
    ? 'no trusted proxy has told of exactly one client certificate'
    : 'the client certificate is another one';
}

function credentialsDetail(authorization: string | undefined): string {
  return authorization === undefined
    ? 'there is not exactly one authorization header'
    : 'the authorization header has none of the active credentials';
}
