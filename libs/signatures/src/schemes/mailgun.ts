import { fieldOf, formOf, isForm } from '../form.js';
import { Mac } from '../hmac/mac.js';
import { recordOf } from '../json-record.js';
import { textAt } from '../json-pointer.js';
import { Refusal } from '../refusal.js';
import type { RequestReader } from '../request-reader.js';
import type { LocalScheme } from '../scheme.js';
import { checkUnpartedSeconds } from '../timestamp.js';

const MULTIPART = /^multipart\//i;
const PARENT = 'parent-signature';

const mac = new Mac('sha256', 'hex');

/** What the body says of its signature, wherever it has it. */
interface Said {
  readonly timestamp: string;
  readonly token: string;
  readonly signatures: readonly string[];
}

/**
 * Signs a timestamp and a token, not the event: only TLS keeps that. An event of a subaccount carries the signature of the main
 * account too, and either will do. Mailgun leaves the age to the receiver and warns of delays; it sends again for hours, so none
 * is refused for it.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 *
 * A mail that a route forwards, and the notification of one that it stores, is a form with the signature among its fields.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
 */
export const mailgun: LocalScheme = {
  keys: 'given',
  secretName: 'HTTP webhook signing key',
  secretProblem: () => null,
  read: (request) => {
    const { timestamp, token, signatures } = isForm(request) ? inForm(request) : inJson(request);
    // Where the timestamp ends, the token begins.
    checkUnpartedSeconds(timestamp);
    const signed = [timestamp, token];
    return {
      signed,
      matches: (secret) => mac.isOneOf(signatures, Buffer.from(secret), signed),
      expected: (secret) => mac.of(Buffer.from(secret), signed),
    };
  },
};

function inJson(request: RequestReader): Said {
  if (MULTIPART.test(request.optionalHeader('content-type') ?? '')) {
    throw new Refusal(
      'malformed_body',
      'multipart/form-data, which is what a mail with attachments comes in, is not read: have the route send mails without attachments alone',
    );
  }
  const body = request.json();
  const { signature, [PARENT]: parent } = recordOf(recordOf(body)['signature']);
  const signatures = wellFormed([signature, parent]);
  const token = textAt(body, '/signature/token');
  if (token === null) throw new Refusal('malformed_body', 'the body has no signature.token');
  return { timestamp: textAt(body, '/signature/timestamp') ?? '', token, signatures };
}

function inForm(request: RequestReader): Said {
  const form = formOf(request);
  return {
    timestamp: fieldOf(form, 'timestamp'),
    token: fieldOf(form, 'token'),
    signatures: wellFormed([fieldOf(form, 'signature'), ...form.getAll(PARENT)]),
  };
}

function wellFormed(texts: readonly unknown[]): string[] {
  const signatures = texts
    .filter((text) => typeof text === 'string')
    .filter((text) => mac.isWellFormed(text));
  if (signatures.length > 0) return signatures;
  throw new Refusal('malformed_body', 'the body has no well-formed signature');
}
