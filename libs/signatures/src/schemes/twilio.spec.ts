import { describe, expect, it } from 'vitest';
import twilioLibrary from 'twilio';
import { secretProblem, sign, twilio, verify } from '../index.js';

const TOKEN = '12345678901234567890123456789012';
const NOW = new Date('2026-01-31T12:00:00Z');
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Whether a request to one address holds with the signature of another, by our verdict and by theirs. */
function holds(called: string, signed: string): { ours: boolean; theirs: boolean } {
  const signature = twilioLibrary.getExpectedTwilioSignature(TOKEN, signed, { a: '1' });
  const headers = { ...FORM, 'x-twilio-signature': signature };
  const request = { method: 'POST', url: called, headers, rawBody: Buffer.from('a=1') };
  return {
    ours: verify(twilio, request, [TOKEN], NOW).valid,
    theirs: twilioLibrary.validateRequest(TOKEN, signature, called, { a: '1' }),
  };
}

describe('the address that Twilio signs', () => {
  it.each([
    ['https://a.example/x', 'https://a.example/x', true],
    ['https://a.example/x', 'https://a.example:443/x', true],
    ['http://a.example/x', 'http://a.example:80/x', true],
    ['http://a.example/x', 'http://a.example:443/x', false],
    ['https://a.example:443/x', 'https://a.example/x', true],
    ['https://a.example:8443/x', 'https://a.example/x', true],
    ['https://a.example:8443/x', 'https://a.example:8443/x', true],
    ['https://a.example/x', 'https://a.example:8443/x', false],
    ['https://user:pass@a.example/x', 'https://user:pass@a.example:443/x', true],
    ['https://user:pass@a.example/x', 'https://a.example/x', false],
    ['https://[::1]:8443/x', 'https://[::1]/x', true],
    ['https://[::1]/x', 'https://[::1]:443/x', true],
    ["https://a.example/x?q='1'", "https://a.example/x?q='1'", true],
    ["https://a.example/x?q='1'", 'https://a.example/x?q=%271%27', true],
    ['https://a.example/x?q=a b', 'https://a.example/x?q=a%20b', true],
    ['https://a.example/x?q=a+b', 'https://a.example/x?q=a%20b', true],
    ['https://a.example/x?q=1&r=2', 'https://a.example/x?r=2&q=1', false],
    ['https://A.example/x', 'https://a.example/x', true],
    ['https://a.example', 'https://a.example/', true],
    ['https://a.example/x', 'https://a.example/x/', false],
    ['https://a.example/x', 'https://a.example/X', false],
    ['https://a.example/x?', 'https://a.example/x?', true],
    ['https://a.example/x:80?y@z', 'https://a.example:443/x:80?y@z', true],
  ])('called %s and signed %s: %s', (called, signed, expected) => {
    expect(holds(called, signed)).toEqual({ ours: expected, theirs: expected });
  });

  it('may be any text', () => {
    expect(holds('/x', '/x').ours).toBe(true);
    expect(holds('', '').ours).toBe(true);
    expect(holds('https://[', 'https://[').ours).toBe(true);
  });
});

describe('JSON from Twilio', () => {
  const rawBody = Buffer.from('{"a": "é"}');
  const url = `https://a.example/x?bodySHA256=${twilioLibrary.getExpectedBodyHash(rawBody.toString())}`;
  const headers = {
    'content-type': 'application/json',
    'x-twilio-signature': twilioLibrary.getExpectedTwilioSignature(TOKEN, url, {}),
  };

  it('holds by the hash in the address', () => {
    const request = { method: 'POST', url, headers, rawBody };
    expect(verify(twilio, request, [TOKEN], NOW)).toEqual({ valid: true, secretIndex: 0 });
    expect(verify(twilio, { ...request, rawBody: Buffer.from('{"a":"é"}') }, [TOKEN], NOW).valid).toBe(false);
    expect(
      twilioLibrary.validateRequestWithBody(TOKEN, headers['x-twilio-signature'], url, rawBody.toString()),
    ).toBe(true);
  });

  it('is signed by us alike', () => {
    expect(sign(twilio, { id: '', now: NOW, rawBody, url }, TOKEN)).toEqual({
      'x-twilio-signature': headers['x-twilio-signature'],
    });
    expect(secretProblem(twilio, TOKEN)).toBeNull();
  });
});

describe('a body from Twilio', () => {
  const check = (type: string | undefined, url: string, fields: object): boolean => {
    const signature = twilioLibrary.getExpectedTwilioSignature(TOKEN, url, fields as Record<string, string>);
    const headers = { ...(type !== undefined && { 'content-type': type }), 'x-twilio-signature': signature };
    const request = { method: 'POST', url, headers, rawBody: Buffer.from('a=1') };
    return verify(twilio, request, [TOKEN], NOW).valid;
  };
  const url = 'https://a.example/x';
  const hashed = `${url}?bodySHA256=${twilioLibrary.getExpectedBodyHash('a=1')}`;

  it.each([FORM['content-type'], 'Application/X-WWW-Form-URLEncoded ; charset=utf-8', '', undefined])(
    'is a form where it is called %j',
    (type) => {
      expect(check(type, url, { a: '1' })).toBe(true);
      expect(check(type, url, {})).toBe(false);
    },
  );

  it.each(['text/plain', 'text/xml', 'application/octet-stream', 'multipart/form-data', 'form', 'x'])(
    'holds by its hash alone where it is called %j',
    (type) => {
      expect(check(type, hashed, {})).toBe(true);
      expect([check(type, url, { a: '1' }), check(type, url, {})]).toEqual([false, false]);
    },
  );
});

it('reads a form of very many fields in a moment', () => {
  const rawBody = Buffer.from(Array.from({ length: 100_000 }, (_, index) => `f${index}=`).join('&'));
  const request = { method: 'POST', url: 'https://a.example/', headers: FORM, rawBody };
  const signed = sign(twilio, { id: '', now: NOW, ...request }, TOKEN);
  expect(verify(twilio, { ...request, headers: { ...FORM, ...signed } }, [TOKEN], NOW).valid).toBe(true);
});
