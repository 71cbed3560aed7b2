import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mailgun, verify } from '../index.js';

const NOW = new Date('2026-01-31T12:00:00Z');
const TIMESTAMP = '1769860800';
const TOKEN = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
const FORM = 'application/x-www-form-urlencoded';

const signatureBy = (key: string): string =>
  createHmac('sha256', key)
    .update(TIMESTAMP + TOKEN)
    .digest('hex');
const OF_SUBACCOUNT = {
  timestamp: TIMESTAMP,
  token: TOKEN,
  signature: signatureBy('its own key'),
  'parent-signature': signatureBy("the main account's key"),
};

describe('what comes from a subaccount', () => {
  it.each([
    ['an event', 'application/json', JSON.stringify({ signature: OF_SUBACCOUNT, 'event-data': { id: '1' } })],
    ['a mail', FORM, new URLSearchParams({ recipient: 'a@example.com', ...OF_SUBACCOUNT }).toString()],
  ])("holds by its own key and by the main account's: %s", (_, type, body) => {
    const headers = { 'content-type': type };
    const request = { method: 'POST', url: '', headers, rawBody: Buffer.from(body) };
    const verdicts = ["the main account's key", 'its own key', 'another key'].map(
      (key) => verify(mailgun, request, [key], NOW).valid,
    );
    expect(verdicts).toEqual([true, true, false]);
  });
});

it.each([FORM, `${FORM}; charset=utf-8`, FORM.toUpperCase()])('reads a form that is called %s', (type) => {
  const form = new URLSearchParams({ ...OF_SUBACCOUNT, subject: 'é & ü' });
  const request = {
    method: 'POST',
    url: '',
    headers: { 'Content-Type': type },
    rawBody: Buffer.from(form.toString()),
  };
  expect(verify(mailgun, request, ['its own key'], NOW).valid).toBe(true);
});
