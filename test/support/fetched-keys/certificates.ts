import { type KeyObject, sign } from 'node:crypto';

const SHA256_WITH_RSA = Buffer.from('06092a864886f70d01010b', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
const DAY_MS = 86_400_000;

/** What a test's certificate says. */
export interface CertificateText {
  readonly publicKey: KeyObject;
  /** Whoever issues it; an RSA key. */
  readonly issuerKey: KeyObject;
  readonly names: readonly string[];
  /** Default: the day before `now` to the day after. */
  readonly from?: Date;
  readonly to?: Date;
  readonly now: Date;
}

/** An X.509 certificate (RFC 5280) in PEM. */
export function certificate({ publicKey, issuerKey, names, now, ...validity }: CertificateText): string {
  const { from = new Date(now.getTime() - DAY_MS), to = new Date(now.getTime() + DAY_MS) } = validity;
  const algorithm = der(0x30, SHA256_WITH_RSA, der(0x05));
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from(names[0] ?? 'nobody')))));
  const alternatives = der(0x30, ...names.map((one) => der(0x82, Buffer.from(one))));
  const extensions = der(0x30, der(0x30, ALTERNATIVE_NAME, der(0x04, alternatives)));
  const signed = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    algorithm,
    name,
    der(0x30, utcTime(from), utcTime(to)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', signed, issuerKey));
  const lines = der(0x30, signed, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** One value in the encoding of X.690. */
function der(tag: number, ...pieces: readonly Buffer[]): Buffer {
  const content = Buffer.concat(pieces);
  const length = content.length;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function utcTime(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
