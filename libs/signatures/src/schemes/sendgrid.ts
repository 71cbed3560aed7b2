import { verify } from 'node:crypto';
import { p256Key } from '../public-key.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkUnpartedSeconds } from '../timestamp.js';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features */
export const sendgrid: LocalScheme = {
  keys: 'given',
  secretName: 'verification key',
  secretProblem: (secret) =>
    keyOf(secret) ? null : 'must be a P-256 public key in base64, as SendGrid shows it',
  read: (request) => {
    const signature = strictly(request.header(SIGNATURE), 'base64');
    if (signature.length === 0) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    const timestamp = request.header('x-twilio-email-event-webhook-timestamp');
    // Its age is not looked at, since SendGrid names no limit; but where it ends, the body begins.
    checkUnpartedSeconds(timestamp);
    const data = Buffer.concat([Buffer.from(timestamp), request.body]);
    return {
      signed: [timestamp, request.body],
      matches: (secret) => {
        const key = keyOf(secret);
        return key !== null && verify('sha256', data, key, signature);
      },
    };
  },
};

const keyOf = (secret: string): ReturnType<typeof p256Key> => p256Key(strictly(secret, 'base64'));
