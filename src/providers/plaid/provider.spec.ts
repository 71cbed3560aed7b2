import { expect, it } from 'vitest';
import { definition } from './provider.js';

const body = Buffer.from(
  '{"webhook_type":"TRANSACTIONS","webhook_code":"SYNC_UPDATES_AVAILABLE","item_id":"i"}',
);

function idOf(claims: object, signature: string): string | null {
  const [header, payload] = [{ alg: 'ES256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const token = `${header}.${payload}.${signature}`;
  return definition.derive({ headers: { 'plaid-verification': token }, body }).id;
}

it('is a new event where the same words are signed again, and none where a signature is only spelt anew', () => {
  const first = { iat: 1769860800, request_body_sha256: 'a' };
  expect(idOf(first, 'one')).toBe(idOf(first, 'two'));
  expect(idOf(first, 'one')).not.toBe(idOf({ ...first, iat: 1769947200 }, 'one'));
});
