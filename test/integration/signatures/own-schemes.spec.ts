import { schemes, secretProblem, type SignedRequest, type Verdict, verifyAsync } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { googlePubsub } from '../../support/own-senders/google-pubsub.js';
import { ownSenders } from '../../support/own-senders/index.js';
import { changed, noKeys, NOW, type OwnSender, textOf, usual } from '../../support/own-senders/own-sender.js';
import { differs } from './differences/index.js';
import { requestsOf } from './requests/own.js';

function check(
  sender: OwnSender,
  request: SignedRequest,
  secrets: readonly string[] = [sender.secret],
): Promise<Verdict> {
  const scheme = schemes[sender.slug];
  if (!scheme) throw new Error(`there is no scheme ${sender.slug}`);
  return verifyAsync(scheme, request, secrets, NOW, sender.keys ?? noKeys);
}

beforeAll(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});

afterAll(() => {
  vi.useRealTimers();
});

describe.each(ownSenders)('$slug, beside $name', (sender) => {
  it.each(requestsOf(sender))('finds $name: $verdict', async ({ name, verdict, make }) => {
    const request = await make();
    const answer = await check(sender, request);
    expect(answer.valid ? 'valid' : answer.reason).toBe(verdict);
    if (!sender.accepts || Object.values(request.headers).some(Array.isArray)) return;
    expect(await sender.accepts(request, sender.secret)).toBe(answer.valid !== differs(sender.name, name));
  });

  it('takes any secret that is in use, and says which', async () => {
    const request = await usual(sender);
    expect(await check(sender, request, ['', sender.otherSecret, sender.secret])).toEqual({
      valid: true,
      secretIndex: 2,
    });
    expect(await check(sender, request, [sender.secret, sender.otherSecret])).toEqual({
      valid: true,
      secretIndex: 0,
    });
  });

  it('verifies nothing without its secret', async () => {
    const request = await usual(sender);
    expect(await check(sender, request, [])).toMatchObject({ reason: 'no_secret' });
    expect(await check(sender, request, ['', ' '])).toMatchObject({ reason: 'no_secret' });
    expect(await check(sender, request, [sender.otherSecret])).toMatchObject({ valid: false });
  });

  it('looks at neither the case nor the order of the names of headers', async () => {
    const request = await usual(sender);
    const headers = Object.fromEntries(
      Object.entries(request.headers)
        .map(([name, value]) => [name.toUpperCase(), value])
        .reverse(),
    ) as SignedRequest['headers'];
    expect(await check(sender, { ...request, headers })).toMatchObject({ valid: true });
  });

  it('refuses a request of which all is left but the headers or the body', async () => {
    const request = await usual(sender);
    expect(await check(sender, { ...request, headers: {} })).toMatchObject({ valid: sender.header === null });
    expect(secretProblem(schemes[sender.slug] as never, sender.secret)).toBeNull();
  });

  it("never throws, whatever comes in the request's place", async () => {
    const request = await usual(sender);
    const bodies = [
      '',
      'null',
      '[]',
      '{',
      '"text"',
      '['.repeat(100_000),
      '{"value":{}}',
      '{"signature":7}',
      '%',
      '\uFFFD',
    ];
    const odd: unknown[] = [
      undefined,
      null,
      1,
      {},
      { headers: null },
      { ...request, headers: { [sender.header ?? 'x']: 1 } },
    ];
    for (const url of ['', '?', 'https://', 'https://[', '\uD800?\uD800', 'https://a/%zz?%zz'])
      odd.push({ ...request, url });
    for (const value of [...odd, ...bodies.map((body) => changed(request, { body }))]) {
      expect(typeof (await check(sender, value as SignedRequest)).valid).toBe('boolean');
    }
    for (const secret of ['x', '\uD800', 'whpk_', '💥'.repeat(50), '-----BEGIN PUBLIC KEY-----']) {
      expect(await check(sender, request, [secret])).toMatchObject({ valid: false });
    }
  });
});

it.each(ownSenders.filter(({ header }) => header !== null))(
  'refuses every flipped bit of a signature of $slug',
  async (sender) => {
    const request = await usual(sender);
    const header = sender.header ?? '';
    const value = Buffer.from(textOf(request.headers[header]), 'latin1');
    // The word before a bearer token may be in any case.
    for (let bit = sender === googlePubsub ? 'Bearer '.length * 8 : 0; bit < value.length * 8; bit += 1) {
      const flipped = Buffer.from(value);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const forged = changed(request, { headers: { [header]: flipped.toString('latin1') } });
      expect([bit, (await check(sender, forged)).valid]).toEqual([bit, false]);
    }
  },
);
