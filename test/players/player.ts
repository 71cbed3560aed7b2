import { createHmac } from 'node:crypto';

/** What a provider sends, before it is signed. */
export interface Message {
  readonly body: string;
  readonly at: Date;
  readonly id: string;
  /** Where it is sent; default: {@link ADDRESS}. */
  readonly url?: string;
}

/** A request as the provider would send it. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where a scheme has the time of signing. */
export interface Clock {
  readonly unit: 'seconds' | 'milliseconds' | 'iso8601';
  /** Seconds; without it the provider sets no limit. */
  readonly tolerance?: number;
  /** In a header of its own, in the signature's list, or in the body. */
  readonly at:
    | {
        readonly header: string;
        /** How it is next to the body in what is signed; undefined where it is not next to it. */
        readonly signed?: Joint;
      }
    | 'list'
    | 'body';
}

/** How the time is next to the body in what is signed. */
export interface Joint {
  readonly is: 'before the body' | 'behind the body';
  /** What stands between them. */
  readonly text: string;
}

/** A provider, played with its own package, or by its documented formula where it has none. */
export interface Player {
  /** The package, or who plays it. */
  readonly name: string;
  readonly slug: string;
  readonly secret: string;
  readonly otherSecret: string;
  /** The header that carries the signature. */
  readonly header: string;
  readonly encoding: 'hex' | 'base64' | 'base64url';
  /** What stands before the signature. */
  readonly prefix: string;
  /** Whether its headers have other names than those that the scheme signs under. */
  readonly otherNames?: true;
  /** What stands between the items, where the header is a list. */
  readonly separator?: string;
  /** Whether spaces may stand around the items. */
  readonly spaced?: boolean;
  /** The header of the message's id, where it is signed. */
  readonly idHeader?: string;
  readonly clock?: Clock;
  /** Whether it signs objects in JSON and nothing else, so that nothing else is taken for its own. */
  readonly objectsOnly?: true;
  /** Whether its signatures have no one length, so that one that is cut short may be another one. */
  readonly ofAnyLength?: true;
  /** Where it calls; default: {@link ADDRESS}. */
  readonly address?: string;
  sign(message: Message, secret: string): Promise<Record<string, string>> | Record<string, string>;
  /** What the package's own verifier says. */
  readonly verify?: (delivery: Delivery, secret: string) => Promise<boolean> | boolean;
}

/** The address at which providers call, for those that sign it. */
export const ADDRESS = 'https://hooks.example.com/in/acme?tenant=7';

/** Unix time in whole seconds. */
export function secondsOf(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}

/** HMAC by the formula, for packages that only verify; it shares nothing with the library under test. */
export function mac(
  text: string,
  key: string | Buffer,
  encoding: Player['encoding'],
  algorithm = 'sha256',
): string {
  return createHmac(algorithm, key).update(text, 'utf8').digest(encoding);
}

/** A header's value, whatever the case of its name; empty where there is none. */
export function headerOf({ headers }: Delivery, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}

/** Whether a verifier that throws lets the call pass. */
export async function holds(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return true;
  } catch {
    return false;
  }
}

/** As {@link holds}, for verifiers that read the body as JSON once its signature holds: that is no verdict on the signature. */
export async function holdsButForJson(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}
