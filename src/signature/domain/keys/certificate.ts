import { type KeyObject, X509Certificate } from 'node:crypto';
import { type KeyAnswer, type KeyPlace, NO_KEY, tellsNothing, type Told, usableUntil } from './key-place.js';

const SNS = /^sns\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)$/;
const PAYPAL = /^(?:[a-z0-9-]+\.)+paypal\.com$/;
/** Statuses that pass by themselves, or that say something of us. */
const PASSING: readonly number[] = [401, 407, 408, 425, 429];

/** The certificate at an address; null where no provider keeps one there. */
export function certificateAt(url: string): KeyPlace<KeyObject> | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  const names = protocol === 'https:' ? namesAt(host) : [];
  if (names.length === 0) return null;
  return { name: url, question: { url }, read: (answer, now) => read(answer, names, now) };
}

function read(answer: KeyAnswer, names: readonly string[], now: Date): Told<KeyObject> {
  const { status, body } = answer;
  if (status >= 400 && status < 500 && !PASSING.includes(status)) return NO_KEY;
  if (status !== 200) throw tellsNothing(answer);
  const certificate = new X509Certificate(body);
  const [begin, end] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const isNow = begin <= now.getTime() && now.getTime() < end;
  const isTheirs = names.some((name) => certificate.checkHost(name, { wildcards: false }) !== undefined);
  return isNow && isTheirs ? usableUntil(certificate.publicKey, end, now) : NO_KEY;
}

/**
 * To whom a certificate at a host may be issued; nobody where it is no provider's. SNS signs under names of its own in some regions, as
 * SnsHostProvider of AWS's SDK for Java has them; PayPal's are those that its SDK for Java takes, SSLUtil.
 */
function namesAt(host: string): string[] {
  const [, region, domain] = SNS.exec(host) ?? [];
  if (region !== undefined && domain !== undefined) {
    // Both regions of GovCloud sign under the name of one.
    const own = region.startsWith('us-gov-') ? 'us-gov-west-1' : region;
    return [`sns.${domain}`, `sns-${own}.${domain}`, `sns-signing.${own}.${domain}`];
  }
  if (!PAYPAL.test(host)) return [];
  return ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com'];
}
