import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sender, senders } from '../../../test/support/senders.js';
import { type RejectionReason, schemes, secretProblem, sign, type SignedRequest, verify } from './index.js';

const stripe = new Stripe('sk_test_unused');
const NOW = new Date('2026-01-31T12:00:00.500Z');
const NOW_SECONDS = Math.floor(NOW.getTime() / 1000);
const TOLERANCE = 300;
const BODY = JSON.stringify({ id: 'evt_1', type: 'thing.happened', amount: 1250, name: 'Zoë' });

function request(headers: SignedRequest['headers'], body: string | Buffer): SignedRequest {
  return { method: 'POST', url: '/webhooks/x', headers, rawBody: Buffer.from(body) };
}

interface Forgery {
  readonly name: string;
  readonly only?: (sender: Sender) => boolean;
  readonly reason: RejectionReason;
  /** Why the provider's own verifier accepts what we refuse; the whole list of deliberate differences. */
  readonly difference?: Readonly<Record<string, string>>;
  readonly change: (
    headers: Record<string, string>,
    sender: Sender,
  ) =>
    | Promise<{ headers?: Record<string, string>; body?: string }>
    | { headers?: Record<string, string>; body?: string };
}

const isTimestamped = ({ timestamped }: Sender): boolean => timestamped;
const isStripe = ({ slug }: Sender): boolean => slug === 'stripe';
const isStandard = ({ slug }: Sender): boolean => slug === 'standard-webhooks';

const withHeader = (sender: Sender, headers: Record<string, string>, change: (value: string) => string) => ({
  headers: { ...headers, [sender.header]: change(headers[sender.header] ?? '') },
});

const forgeries: readonly Forgery[] = [
  {
    name: 'a body changed by one byte',
    reason: 'signature_mismatch',
    change: () => ({ body: BODY.replace('1250', '1251') }),
  },
  { name: 'a body cut short', reason: 'signature_mismatch', change: () => ({ body: BODY.slice(0, -1) }) },
  {
    name: 'a body with a line end added',
    reason: 'signature_mismatch',
    change: () => ({ body: `${BODY}\n` }),
  },
  {
    name: 'a body with a byte order mark added',
    reason: 'signature_mismatch',
    change: () => ({ body: `\uFEFF${BODY}` }),
  },
  { name: 'an empty body', reason: 'signature_mismatch', change: () => ({ body: '' }) },
  {
    name: 'the signature of another secret',
    reason: 'signature_mismatch',
    change: async (_, sender) => ({ headers: await sender.sign(BODY, sender.otherSecret, NOW_SECONDS) }),
  },
  { name: 'no header', reason: 'missing_header', change: () => ({ headers: {} }) },
  {
    name: 'an empty header',
    reason: 'missing_header',
    change: (headers, sender) => withHeader(sender, headers, () => ''),
  },
  {
    name: 'a signature cut short',
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => value.slice(0, -8)),
  },
  {
    name: 'a signature with more behind it',
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => `${value}00`),
  },
  {
    name: 'words for a signature',
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, () => 'let me in'),
  },
  {
    name: 'a header given twice and joined, as proxies do',
    only: (sender) => !sender.timestamped,
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => `${value}, ${value}`),
  },
  {
    name: 'a header given twice and joined, as proxies do: two timestamps',
    only: isStripe,
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => `${value},${value}`),
    difference: { stripe: 'its parser takes the last timestamp; which one is signed must not be a guess' },
  },
  {
    name: 'a stale timestamp',
    only: isTimestamped,
    reason: 'stale_timestamp',
    change: async (_, sender) => ({
      headers: await sender.sign(BODY, sender.secret, NOW_SECONDS - TOLERANCE - 1),
    }),
  },
  {
    name: 'a future timestamp',
    only: isTimestamped,
    reason: 'future_timestamp',
    change: async (_, sender) => ({
      headers: await sender.sign(BODY, sender.secret, NOW_SECONDS + TOLERANCE + 1),
    }),
    difference: { stripe: 'it looks at the age alone; a captured request could be kept for years' },
  },
  {
    name: 'another timestamp than the signed one',
    only: isTimestamped,
    reason: 'signature_mismatch',
    change: (headers, sender) => ({
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          name === sender.header || name === 'webhook-timestamp'
            ? value.replace(String(NOW_SECONDS), String(NOW_SECONDS - 1))
            : value,
        ]),
      ),
    }),
  },
  {
    name: 'a timestamp with letters behind it',
    only: isTimestamped,
    reason: 'malformed_header',
    change: (headers) => ({
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          value.replace(String(NOW_SECONDS), `${NOW_SECONDS}abc`),
        ]),
      ),
    }),
    difference: {
      stripe: 'it reads the digits and signs those; a timestamp is a number or it is none',
      'standard-webhooks': 'it reads the digits and signs those; a timestamp is a number or it is none',
    },
  },
  {
    name: 'no timestamp',
    only: isStripe,
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => value.replace(/^t=\d+,/, '')),
  },
  {
    name: 'an older version of the signature alone',
    only: isStripe,
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => value.replace('v1=', 'v0=')),
  },
  {
    name: 'an empty id',
    only: isStandard,
    reason: 'missing_header',
    change: (headers) => ({ headers: { ...headers, 'webhook-id': '' } }),
  },
  {
    name: 'another id than the signed one',
    only: isStandard,
    reason: 'signature_mismatch',
    change: (headers) => ({ headers: { ...headers, 'webhook-id': 'msg_2' } }),
  },
  {
    name: 'an unknown version of the signature alone',
    only: isStandard,
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => value.replace('v1,', 'v2,')),
  },
  {
    name: 'another algorithm',
    only: ({ slug }) => slug === 'github',
    reason: 'malformed_header',
    change: (headers, sender) => withHeader(sender, headers, (value) => value.replace('sha256=', 'sha512=')),
  },
];

describe("verify, beside the provider's own package", () => {
  beforeAll(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  });

  afterAll(() => {
    vi.useRealTimers();
  });

  describe.each(senders)('$slug', (sender) => {
    const scheme = schemes[sender.slug] as (typeof schemes)[string];
    const check = (headers: SignedRequest['headers'], body: string | Buffer, secrets = [sender.secret]) =>
      verify(scheme, request(headers, body), secrets, NOW);

    it.each([
      ['as sent', BODY],
      ['indented', JSON.stringify(JSON.parse(BODY), null, 2)],
      ['with white space at its ends', ` \r\n${BODY}\n`],
      ['with characters of every length', '{"name":"é€😀\\u0000"}'],
      ['of 100 kB', JSON.stringify({ text: 'x'.repeat(100_000) })],
    ])('accepts a body %s', async (_, body) => {
      const headers = await sender.sign(body, sender.secret, NOW_SECONDS);
      expect(check(headers, body)).toEqual({ valid: true, secretIndex: 0 });
      if (sender.verify) expect(await sender.verify(body, headers, sender.secret)).toBe(true);
    });

    it('signs as the package does', async () => {
      const signed = sign(scheme, { id: 'msg_1', now: NOW, rawBody: Buffer.from(BODY) }, sender.secret);
      expect(signed).toMatchObject(await sender.sign(BODY, sender.secret, NOW_SECONDS));
    });

    it('takes any secret that is in use, and says which', async () => {
      const headers = await sender.sign(BODY, sender.secret, NOW_SECONDS);
      expect(check(headers, BODY, [sender.otherSecret, sender.secret])).toEqual({
        valid: true,
        secretIndex: 1,
      });
      expect(check(headers, BODY, ['', sender.secret])).toEqual({ valid: true, secretIndex: 1 });
    });

    it('verifies nothing without a usable secret', async () => {
      const headers = await sender.sign(BODY, sender.secret, NOW_SECONDS);
      expect(check(headers, BODY, [])).toMatchObject({ valid: false, reason: 'no_secret' });
      expect(check(headers, BODY, [''])).toMatchObject({ valid: false, reason: 'no_secret' });
    });

    it('never takes an empty secret for a key', () => {
      const forged = sign(scheme, { id: 'msg_1', now: NOW, rawBody: Buffer.from(BODY) }, '');
      expect(check(forged, BODY, ['', sender.secret])).toMatchObject({ reason: 'signature_mismatch' });
    });

    it('refuses a repeated header', async () => {
      const headers = await sender.sign(BODY, sender.secret, NOW_SECONDS);
      const value = headers[sender.header] ?? '';
      expect(check({ ...headers, [sender.header]: [value, value] }, BODY)).toMatchObject({
        valid: false,
        reason: 'repeated_header',
      });
    });

    it.each(forgeries.filter(({ only }) => only?.(sender) ?? true))(
      'refuses $name',
      async ({ change, reason, difference }) => {
        const genuine = await sender.sign(BODY, sender.secret, NOW_SECONDS);
        const { headers = genuine, body = BODY } = await change(genuine, sender);
        expect(check(headers, body)).toMatchObject({
          valid: false,
          reason,
        });
        if (sender.verify) {
          expect(await sender.verify(body, headers, sender.secret)).toBe(
            difference?.[sender.slug] !== undefined,
          );
        }
      },
    );

    it("never throws, whatever comes in the request's place", () => {
      const odd = [
        undefined,
        null,
        1,
        {},
        [],
        'text',
        { headers: null },
        { headers: { [sender.header]: 1 } },
      ];
      for (const value of odd) {
        expect(verify(scheme, value as unknown as SignedRequest, [sender.secret], NOW).valid).toBe(false);
      }
    });
  });

  describe.each(senders.filter(isTimestamped))('the times of $slug', (sender) => {
    const scheme = schemes[sender.slug] as (typeof schemes)[string];

    it.each([-TOLERANCE, 0, TOLERANCE])('accepts one that is off by %i s', async (offset) => {
      const headers = await sender.sign(BODY, sender.secret, NOW_SECONDS + offset);
      expect(verify(scheme, request(headers, BODY), [sender.secret], NOW).valid).toBe(true);
      expect(await sender.verify?.(BODY, headers, sender.secret)).toBe(true);
    });

    it('accepts none when our clock has no time', async () => {
      const headers = await sender.sign(BODY, sender.secret, NOW_SECONDS);
      expect(verify(scheme, request(headers, BODY), [sender.secret], new Date(Number.NaN)).valid).toBe(false);
    });
  });

  it.each([
    ['good, then bad', (good: string, bad: string) => [good, bad]],
    ['bad, then good', (good: string, bad: string) => [bad, good]],
  ])('accepts a list with one signature that holds: %s', (_, order) => {
    const [stripeSender, standardSender] = senders.filter(isTimestamped) as [Sender, Sender];
    const stamp = `t=${NOW_SECONDS}`;
    const stripeSignature = (secret: string): string =>
      stripe.webhooks
        .generateTestHeaderString({ payload: BODY, secret, timestamp: NOW_SECONDS })
        .replace(`${stamp},`, '');
    const header = [stamp, ...order(stripeSignature(stripeSender.secret), stripeSignature('other'))].join(
      ',',
    );
    expect(
      verify(
        schemes['stripe'] as never,
        request({ 'stripe-signature': header }, BODY),
        [stripeSender.secret],
        NOW,
      ),
    ).toEqual({ valid: true, secretIndex: 0 });

    const listed = order(
      new Webhook(standardSender.secret).sign('msg_1', NOW, BODY),
      new Webhook(standardSender.otherSecret).sign('msg_1', NOW, BODY),
    ).join(' ');
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(NOW_SECONDS),
      'webhook-signature': listed,
    };
    expect(
      verify(schemes['standard-webhooks'] as never, request(headers, BODY), [standardSender.secret], NOW),
    ).toEqual({ valid: true, secretIndex: 0 });
  });
});

describe('secretProblem', () => {
  it.each(senders)('finds nothing wrong with a secret of $slug', ({ slug, secret }) => {
    expect(secretProblem(schemes[slug] as never, secret)).toBeNull();
  });

  it.each([
    ['standard-webhooks', '', 'empty'],
    ['stripe', '  ', 'empty'],
    ['github', 'secret\n', 'white space'],
    ['standard-webhooks', 'whsec_not base64!', 'base64'],
    ['standard-webhooks', 'whsec_', 'base64'],
    ['standard-webhooks', 'C2FVsBQIhrscChlQIMV-b5sSYspob7oD', 'base64'],
  ])('names what is wrong with a secret of %s: %j', (slug, secret, problem) => {
    expect(secretProblem(schemes[slug] as never, secret)).toContain(problem);
  });

  it('refuses what the package cannot read, and no more', () => {
    const texts = [
      'C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      'AAAA',
      'AAA=',
      'AA==',
      'whsec_AAAA',
      'A',
      'AAA',
      '*',
      'AA AA',
    ];
    for (const text of texts) {
      let readable = true;
      try {
        new Webhook(text);
      } catch {
        readable = false;
      }
      expect([text, secretProblem(schemes['standard-webhooks'] as never, text) === null]).toEqual([
        text,
        readable,
      ]);
    }
  });
});
