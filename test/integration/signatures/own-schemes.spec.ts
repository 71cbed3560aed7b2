import { schemes, secretProblem, type SignedRequest, type Verdict, verifyAsync } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentful } from '../../support/own-senders/contentful.js';
import { googlePubsub } from '../../support/own-senders/google-pubsub.js';
import { ownSenders } from '../../support/own-senders/index.js';
import {
  changed,
  type Forgery,
  noKeys,
  NOW,
  type OwnSender,
  textOf,
  usual,
  withHeader,
} from '../../support/own-senders/own-sender.js';
import { paypal } from '../../support/own-senders/paypal.js';
import { plaid } from '../../support/own-senders/plaid.js';
import { discord, sendgrid, standardWebhooksPublic } from '../../support/own-senders/public-keys.js';
import { gitlab, okta } from '../../support/own-senders/tokens.js';

/** What these show is any text, so that none is malformed; it is another one. */
const SHOWING_A_TOKEN: readonly OwnSender[] = [gitlab, okta];
/** How long their signatures are depends on the key. */
const OF_ANY_LENGTH: readonly OwnSender[] = [paypal, sendgrid];
const JSON_WEB_TOKENS: readonly OwnSender[] = [googlePubsub, plaid];
/** Their signatures are hex digits. */
const HEX: readonly OwnSender[] = [contentful, discord];
/** Their headers are lists. */
const LISTS: readonly OwnSender[] = [standardWebhooksPublic];

function check(
  sender: OwnSender,
  request: SignedRequest,
  secrets: readonly string[] = [sender.secret],
): Promise<Verdict> {
  const scheme = schemes[sender.slug];
  if (!scheme) throw new Error(`there is no scheme ${sender.slug}`);
  return verifyAsync(scheme, request, secrets, NOW, sender.keys ?? noKeys);
}

/** What is done to every header that carries a signature. */
function headerForgeries(sender: OwnSender): Forgery[] {
  const { header } = sender;
  if (header === null) return [];
  const malformed = SHOWING_A_TOKEN.includes(sender) ? 'signature_mismatch' : 'malformed_header';
  const lenient = 'its decoder passes over what does not belong; a signature has one spelling';
  const spelling = (...those: OwnSender[]): string | undefined =>
    those.includes(sender) ? lenient : undefined;
  const forgeries = [
    withHeader('no signature', header, () => '', 'missing_header'),
    withHeader(
      'a signature with more behind it',
      header,
      (value) => `${value}!0`,
      malformed,
      spelling(sendgrid, standardWebhooksPublic),
    ),
    withHeader('words for a signature', header, () => 'let me in', malformed),
    withHeader(
      'a signature with white space in it',
      header,
      (value) => `${value.slice(0, 20)} ${value.slice(20)}`,
      malformed,
      spelling(sendgrid),
    ),
    withHeader('a header given twice', header, (value) => [value, value], 'repeated_header'),
  ];
  if (HEX.includes(sender)) {
    const inCapitals = (value: string): string => value.toUpperCase();
    forgeries.push(withHeader('hex digits in capitals', header, inCapitals, malformed, spelling(discord)));
  }
  if (!JSON_WEB_TOKENS.includes(sender)) {
    const reason = OF_ANY_LENGTH.includes(sender) ? 'signature_mismatch' : malformed;
    forgeries.push(withHeader('a signature cut short', header, (value) => value.slice(0, -8), reason));
  }
  if (!LISTS.includes(sender)) {
    const joined = (value: string): string => `${value}, ${value}`;
    forgeries.push(
      withHeader(
        'a header given twice and joined, as proxies do',
        header,
        joined,
        malformed,
        spelling(sendgrid),
      ),
    );
  }
  return forgeries;
}

beforeAll(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});

afterAll(() => {
  vi.useRealTimers();
});

describe.each(ownSenders)("$slug, beside the provider's own package", (sender) => {
  it.each(Object.entries(sender.bodies))('accepts a body %s', async (_, body) => {
    const request = await sender.sign(body);
    expect(await check(sender, request)).toEqual({ valid: true, secretIndex: 0 });
    if (sender.accepts) expect(await sender.accepts(request, sender.secret)).toBe(true);
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

  it.each([...headerForgeries(sender), ...sender.forgeries])(
    'refuses $name',
    async ({ reason, difference, forge }) => {
      const request = await forge(sender);
      expect(await check(sender, request)).toMatchObject({ valid: false, reason });
      if (!sender.accepts || Object.values(request.headers).some(Array.isArray)) return;
      expect(await sender.accepts(request, sender.secret)).toBe(difference !== undefined);
    },
  );

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
