import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressSigner, addressSigners } from '../support/address-signers.js';
import { ADMIN_KEY, Hookwell } from '../support/hookwell.js';
import { postRaw } from '../support/raw-request.js';

const PUBLIC = 'https://hooks.example.com';
const ELSEWHERE = 'https://elsewhere.example.com';
/** Characters that a server might tidy: providers sign them as they spell them. */
const QUERY = '?tenant=7&note=%7e%2F+a';
const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hooks.example.com' };
const FORGED = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'elsewhere.example.com',
  'x-forwarded-for': '127.0.0.1',
  forwarded: 'proto=https;host=elsewhere.example.com',
};

describe('schemes that sign the address', () => {
  let hookwell: Hookwell | undefined;

  async function start(environment: Record<string, string>): Promise<string> {
    hookwell = await Hookwell.start(environment);
    for (const { slug, secret } of addressSigners) {
      const body = { name: slug, provider: slug, secret };
      expect((await hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
    }
    return hookwell.url;
  }

  /** The answer to a request that is signed for an address below an origin, with headers that something adds on the way. */
  async function status(
    signer: AddressSigner,
    origin: string,
    added: Record<string, string> = {},
    query = QUERY,
  ): Promise<number> {
    const path = `/webhooks/${signer.slug}`;
    const body = signer.body(randomUUID());
    const signed = await signer.sign(`${origin}${path}${QUERY}`, body);
    const request = { path: `${path}${query}`, headers: { ...signed, ...added }, body };
    return (await postRaw(hookwell?.url ?? '', request)).status;
  }

  const hostsApart = addressSigners.filter(({ signs }) => signs === 'all of it');

  describe('at PUBLIC_URL', () => {
    beforeAll(() => start({ PUBLIC_URL: `${PUBLIC}/in/`, TRUSTED_PROXIES: '127.0.0.1' }));
    afterAll(() => hookwell?.stop());

    it.each(addressSigners)('$slug is verified for it, whatever the headers say', async (signer) => {
      expect(await status(signer, `${PUBLIC}/in`)).toBe(200);
      expect(await status(signer, `${PUBLIC}/in`, FORGED)).toBe(200);
      expect(await status(signer, `${PUBLIC}/in`, { host: 'elsewhere.example.com' })).toBe(200);
    });

    it.each(addressSigners)('$slug is refused for any other', async (signer) => {
      expect(await status(signer, `${PUBLIC}/in`, {}, '?tenant=8')).toBe(401);
      expect(await status(signer, PUBLIC)).toBe(401);
      if (signer.signs === 'all of it') expect(await status(signer, `${ELSEWHERE}/in`, FORGED)).toBe(401);
    });

    it('the event tells the address that was called', async () => {
      const [signer] = addressSigners as [AddressSigner];
      const body = signer.body(randomUUID());
      const url = `${PUBLIC}/in/webhooks/${signer.slug}${QUERY}`;
      const request = {
        path: `/webhooks/${signer.slug}${QUERY}`,
        headers: await signer.sign(url, body),
        body,
      };
      const answer = await postRaw(hookwell?.url ?? '', request);
      const { id } = JSON.parse(answer.body) as { id: string };
      expect(await hookwell?.event(id)).toMatchObject({ url });
    });
  });

  describe('behind a trusted proxy', () => {
    let direct: string;
    beforeAll(async () => {
      direct = await start({ TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.0/8' });
    });
    afterAll(() => hookwell?.stop());

    it.each(addressSigners)('$slug is verified for the address that the proxy tells', async (signer) => {
      expect(await status(signer, PUBLIC, FORWARDED)).toBe(200);
    });

    it.each(hostsApart)(
      '$slug is verified for the host alone, or the protocol, where no more is told',
      async (signer) => {
        expect(await status(signer, direct)).toBe(200);
        expect(
          await status(signer, direct.replace('http:', 'https:'), { 'x-forwarded-proto': 'https' }),
        ).toBe(200);
        expect(
          await status(signer, PUBLIC, { 'x-forwarded-proto': 'https', host: 'hooks.example.com' }),
        ).toBe(200);
      },
    );

    it.each(hostsApart)('$slug is verified for what the nearest proxy tells', async (signer) => {
      const both = {
        'x-forwarded-proto': 'http, https',
        'x-forwarded-host': 'elsewhere.example.com, hooks.example.com',
      };
      expect(await status(signer, PUBLIC, both)).toBe(200);
      expect(await status(signer, 'http://elsewhere.example.com', both)).toBe(401);
    });

    it.each(hostsApart)(
      '$slug is verified whatever the case of the protocol that is told',
      async (signer) => {
        expect(await status(signer, PUBLIC, { ...FORWARDED, 'x-forwarded-proto': 'HTTPS' })).toBe(200);
        expect(await status(signer, PUBLIC, { ...FORWARDED, 'x-forwarded-proto': 'http, HTTPS ' })).toBe(200);
      },
    );

    it.each(['gopher', 'https:', ''])('a protocol of %j counts as none that is told', async (protocol) => {
      for (const signer of hostsApart) {
        const told = { ...FORWARDED, 'x-forwarded-proto': protocol };
        expect(await status(signer, PUBLIC.replace('https:', 'http:'), told)).toBe(200);
        expect(await status(signer, PUBLIC, told)).toBe(401);
      }
    });

    it.each(hostsApart)('$slug is refused for any other', async (signer) => {
      expect(await status(signer, direct, FORWARDED)).toBe(401);
      expect(await status(signer, ELSEWHERE, FORWARDED)).toBe(401);
      expect(await status(signer, PUBLIC.replace('https:', 'http:'), FORWARDED)).toBe(401);
    });
  });

  describe('called by nobody who is trusted', () => {
    let direct: string;
    beforeAll(async () => {
      direct = await start({ TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.2' });
    });
    afterAll(() => hookwell?.stop());

    it.each(hostsApart)('$slug does not notice forged headers', async (signer) => {
      expect(await status(signer, direct, FORGED)).toBe(200);
      expect(await status(signer, ELSEWHERE, FORGED)).toBe(401);
    });
  });

  describe.each([{}, { ADMIN_PORT: '0' }, { PUBLIC_URL: PUBLIC }, { TRUSTED_PROXIES: '192.0.2.1' }])(
    'tried with %j',
    (environment) => {
      let running: Hookwell;
      let admin: string;
      const call = (path: string, body: object): Promise<Response> =>
        fetch(`${admin}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      beforeAll(async () => {
        running = await Hookwell.start(environment);
        admin = /Swagger UI\s+(http:\/\/[^/]+)/.exec(running.output.words)?.[1] ?? '';
        for (const { slug: provider, secret } of hostsApart) {
          expect((await call('/sources', { name: provider, provider, secret })).status).toBe(201);
        }
      });
      afterAll(() => running.stop());

      /** Whether a captured request that is signed for an address at an origin is valid, without a word of the address. */
      async function isValid(signer: AddressSigner, origin: string, added: object): Promise<boolean> {
        const path = `/webhooks/${signer.slug}`;
        const body = signer.body(randomUUID());
        const headers = { ...(await signer.sign(`${origin}${path}`, body)), ...added };
        const answer = await call(`/sources/${signer.slug}/verify`, { method: 'POST', headers, body });
        return ((await answer.json()) as { valid: boolean }).valid;
      }

      it.each(hostsApart)('$slug is held against the address that it was sent to', async (signer) => {
        const told = 'PUBLIC_URL' in environment ? PUBLIC : undefined;
        expect(await isValid(signer, told ?? running.url, {})).toBe(true);
        const host = { Host: 'elsewhere.example.com' };
        expect(await isValid(signer, told ?? 'http://elsewhere.example.com', host)).toBe(true);
        const proxied = {
          Host: 'inside:3000',
          'X-Forwarded-Host': 'mine.example.com, elsewhere.example.com',
          'X-Forwarded-Proto': 'HTTPS',
        };
        const seen = 'TRUSTED_PROXIES' in environment ? ELSEWHERE : 'http://inside:3000';
        expect(await isValid(signer, told ?? seen, proxied)).toBe(true);
        expect(
          await isValid(signer, told ?? running.url, { host: ['one.example.com', 'two.example.com'] }),
        ).toBe(true);
        expect(await isValid(signer, 'https://another.example.com', proxied)).toBe(false);
      });
    },
  );
});
