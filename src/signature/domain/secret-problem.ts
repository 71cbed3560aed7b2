import { secretProblem, type SignatureScheme } from 'hookwell/signatures';
import type { SecretPurpose } from './source-secret.js';

/** RFC 7617, section 2: no control characters, and no colon in the name. */
const CONTROL = /\p{Cc}/u;
const USER_AND_PASSWORD = /^[^:]+:.+$/su;

/** What is wrong with a secret for a purpose, in words for who has pasted it, which never repeat it; null when it can serve. */
export function problemFor(purpose: SecretPurpose, secret: string, scheme: SignatureScheme): string | null {
  switch (purpose) {
    case 'signature':
      return secretProblem(scheme, secret);
    case 'handshake':
      return /^\s|\s$/.test(secret) ? 'begins or ends with white space' : null;
    case 'basic':
      if (CONTROL.test(secret)) return 'must have no control character in it';
      return USER_AND_PASSWORD.test(secret) ? null : 'must be user:password, both of at least one character';
    default:
      return purpose satisfies never;
  }
}
