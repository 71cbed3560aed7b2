import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentful, sign, type SignedRequest, verify } from '../index.js';

const SECRET = 's'.repeat(64);
const NOW = new Date('2026-01-31T12:00:00.500Z');
const ORIGIN = 'https://hooks.example.com';

function request(path: string, at = NOW, change: Record<string, string> = {}): SignedRequest {
  const canonical = { method: 'POST', path, headers: { 'X-Topic': ' a ' }, body: 'é' } as const;
  const headers = signRequest(SECRET, canonical, at.getTime()) as unknown as Record<string, string>;
  return {
    method: 'POST',
    url: ORIGIN + path,
    headers: { 'x-topic': 'a', ...headers, ...change },
    rawBody: Buffer.from('é'),
  };
}

const ours = (signed: SignedRequest): boolean => verify(contentful, signed, [SECRET], NOW).valid;

function theirs({ url, headers, rawBody }: SignedRequest): boolean {
  try {
    const path = url.slice(ORIGIN.length);
    const body = rawBody.toString();
    return verifyRequest(SECRET, { method: 'POST', path, headers: headers as Record<string, string>, body });
  } catch {
    return false;
  }
}

describe("a request of Contentful's", () => {
  beforeAll(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  });

  afterAll(() => {
    vi.useRealTimers();
  });

  it.each(['/', '/a/b', '/a?b=c&d=e', '/a?b=%20+c', "/ä b'?q=ö&r=%C3%B6#x", '/a?', '/a%2Fb/%zz', '/%?%'])(
    'holds at %s',
    (path) => {
      const signed = request(path);
      expect([ours(signed), theirs(signed)]).toEqual([true, true]);
      expect([ours({ ...signed, url: `${ORIGIN}/other` })]).toEqual([false]);
    },
  );

  it('holds whatever the order of its list', () => {
    const list = 'x-topic,x-contentful-timestamp,x-contentful-signed-headers';
    const signed = request('/a', NOW, { 'x-contentful-signed-headers': list });
    expect([ours(signed), theirs(signed)]).toEqual([true, true]);
  });

  it.each([
    [0, true],
    [29_999, true],
    [30_000, false],
  ])('holds after %i ms: %s', (age, expected) => {
    const signed = request('/a', new Date(NOW.getTime() - age));
    expect([ours(signed), theirs(signed)]).toEqual([expected, expected]);
  });

  it('can be made by us', () => {
    const rawBody = Buffer.from('é');
    const url = `${ORIGIN}/a?b=c`;
    const headers = sign(contentful, { id: '', now: NOW, rawBody, url }, SECRET);
    const signed = { method: 'POST', url, headers, rawBody };
    expect([ours(signed), theirs(signed)]).toEqual([true, true]);
  });
});
