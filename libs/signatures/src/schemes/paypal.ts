import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Refusal } from '../refusal.js';
import type { RequestReader } from '../request-reader.js';
import type { FetchedKeyScheme } from '../scheme.js';
import { strictly } from '../secret.js';

const SIGNATURE = 'paypal-transmission-sig';
/** The hosts of PayPal's API, the path at which it keeps certificates, and nothing else. */
const CERTIFICATE = /^https:\/\/api(-m)?(\.sandbox)?\.paypal\.com\/v1\/notifications\/certs\/[\w-]+$/;

/**
 * Signs only a CRC-32 of the body, which is no proof against a body that was made to have the same: who has seen one genuine
 * delivery can alter it. PayPal offers its own API for more.
 * https://developer.paypal.com/api/rest/webhooks/rest/
 */
export const paypal: FetchedKeyScheme = {
  keys: 'fetched',
  secretName: 'webhook id',
  secretProblem: (secret) => (/^[A-Za-z0-9]{1,50}$/.test(secret) ? null : 'must be letters and digits'),
  read: (request) => {
    const signature = strictly(request.header(SIGNATURE), 'base64');
    if (signature.length === 0) throw new Refusal('malformed_header', `${SIGNATURE} is not base64`);
    if (request.header('paypal-auth-algo') !== 'SHA256withRSA') {
      throw new Refusal('malformed_header', 'paypal-auth-algo is not SHA256withRSA');
    }
    const url = request.header('paypal-cert-url');
    if (!CERTIFICATE.test(url))
      throw new Refusal('unknown_key', 'paypal-cert-url is not an address of PayPal');
    const before = `${column(request, 'paypal-transmission-id')}|${column(request, 'paypal-transmission-time')}|`;
    const after = `|${crc32(request.body)}`;
    return {
      signed: [before, '{webhook id}', after],
      key: () => ({ kind: 'certificate', url }),
      matches: (secret, key) =>
        key.asymmetricKeyType === 'rsa' &&
        verify('RSA-SHA256', Buffer.from(before + secret + after), key, signature),
    };
  },
};

/** A header that is signed between bars. */
function column(request: RequestReader, name: string): string {
  const value = request.header(name);
  if (value.includes('|')) throw new Refusal('malformed_header', `${name} has a bar in it`);
  return value;
}
