import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(form: Readonly<Record<string, string>>): string | null {
  const body = Buffer.from(new URLSearchParams(form).toString());
  return definition.derive({ headers: {}, body }).id;
}

const sent = { bt_signature: 'key|1a', bt_payload: 'PG5vdGlmaWNhdGlvbi8+\n' };

it('is the same event under other signatures, and without its line end', () => {
  expect(idOf({ ...sent, bt_signature: 'key|1a&another|2b' })).toBe(idOf(sent));
  expect(idOf({ ...sent, bt_payload: sent.bt_payload.trimEnd() })).toBe(idOf(sent));
});

it('is another event with another payload, and none without', () => {
  expect(idOf({ ...sent, bt_payload: 'PG5vdGhpbmcvPg==\n' })).not.toBe(idOf(sent));
  expect(idOf({ bt_signature: 'key|1a' })).toBeNull();
  expect(idOf({ ...sent, bt_payload: '\n' })).toBeNull();
});
