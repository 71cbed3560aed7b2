import { Mac } from '../hmac/mac.js';
import { recordOf } from '../json-record.js';
import { Refusal } from '../refusal.js';
import type { Claim, LocalScheme } from '../scheme.js';
import { keyOf } from '../secret.js';

const mac = new Mac('sha256', 'base64');

/**
 * Each notification of the body has to carry its own signature, while keys are rotated by another key than the next one's may be. It covers
 * eight fields only, the amount, the references and whether it went well among them: anything else in the body, all other
 * additionalData say, may have been changed on its way. The colons between the fields are not told from colons in them.
 * https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
export const adyen: LocalScheme = {
  keys: 'given',
  secretName: 'HMAC key',
  secretProblem: (secret) =>
    keyOf(secret, 'hex').length === 0 ? 'must be hex digits, two for each byte' : null,
  read: (request) => ({ parts: itemsOf(request.json()) }),
};

function itemsOf(body: unknown): Claim[] {
  const { notificationItems } = recordOf(body);
  if (!Array.isArray(notificationItems) || notificationItems.length === 0) {
    throw new Refusal('malformed_body', 'the body has no notificationItems');
  }
  return notificationItems.map((entry) => {
    const item = recordOf(recordOf(entry)['NotificationRequestItem']);
    const { hmacSignature: signature } = recordOf(item['additionalData']);
    if (typeof signature === 'string' && mac.isWellFormed(signature))
      return claimOf(signedOf(item), signature);
    throw new Refusal('malformed_body', 'a notification has no well-formed additionalData.hmacSignature');
  });
}

function claimOf(text: string, signature: string): Claim {
  const signed = [text];
  return {
    signed,
    matches: (secret) => mac.isOneOf([signature], keyOf(secret, 'hex'), signed),
    expected: (secret) => mac.of(keyOf(secret, 'hex'), signed),
  };
}

function signedOf(item: Readonly<Record<string, unknown>>): string {
  const amount = recordOf(item['amount']);
  return [
    item['pspReference'],
    item['originalReference'],
    item['merchantAccountCode'],
    item['merchantReference'],
    amount['value'],
    amount['currency'],
    item['eventCode'],
    item['success'],
  ]
    .map(textOf)
    .join(':');
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Refusal('malformed_body', 'a signed field of a notification is neither text nor a number');
}
