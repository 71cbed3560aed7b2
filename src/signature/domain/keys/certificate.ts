import { type KeyObject, X509Certificate } from 'node:crypto';
import { type KeyAnswer, type KeyPlace, NO_KEY, tellsNothing, type Told, usableUntil } from './key-place.js';

/** Of a region: a bucket named sns has an address of this kind too. */
const SNS = /^sns\.([a-z]{2,3}(?:-[a-z]+)+-\d{1,2})\.(amazonaws\.com(?:\.cn)?)$/;
const PAYPAL = /^api(?:-m)?(?:\.sandbox)?\.paypal\.com$/;
/** Statuses that pass by themselves, or that say something of us. */
const PASSING: readonly number[] = [401, 407, 408, 425, 429];

/** Who keeps certificates at addresses that its requests name. */
export type CertificateOwner = 'Amazon SNS' | 'PayPal';

/** Where a provider keeps a certificate. */
export interface CertificatePlace extends KeyPlace<KeyObject> {
  readonly owner: CertificateOwner;
}

/** The certificate at an address; null where no provider keeps one there. */
export function certificateAt(url: string): CertificatePlace | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  const found = protocol === 'https:' ? ownerAt(host) : null;
  if (!found) return null;
  const { owner, names } = found;
  return { name: url, owner, question: { url }, read: (answer, now) => read(answer, names, now) };
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
 * Whose a host is, and to whom a certificate there may be issued; null where it is no provider's. SNS signs under names of its own in some regions, as
 * SnsHostProvider of AWS's SDK for Java has them; PayPal's are those that its SDK for Java takes, SSLUtil.
 */
function ownerAt(
  host: string,
): { readonly owner: CertificateOwner; readonly names: readonly string[] } | null {
  const [, region, domain] = SNS.exec(host) ?? [];
  if (region !== undefined && domain !== undefined) {
    // Both regions of GovCloud sign under the name of one.
    const own = region.startsWith('us-gov-') ? 'us-gov-west-1' : region;
    const names = [`sns.${domain}`, `sns-${own}.${domain}`, `sns-signing.${own}.${domain}`];
    return { owner: 'Amazon SNS', names };
  }
  if (!PAYPAL.test(host)) return null;
  const names = ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com'];
  return { owner: 'PayPal', names };
}
