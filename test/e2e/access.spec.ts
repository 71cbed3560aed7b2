import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { postRaw, type RawAnswer } from '../support/raw-request.js';
import { rejectionsOf } from '../support/rejections.js';
import { deliver, senderOf } from '../support/senders.js';

const stripe = senderOf('stripe');
const SOURCE = { name: 'stripe', provider: 'stripe', secret: stripe.secret };
const OPEN = { allowedAddresses: [], clientCertificate: null, basicAuth: false };
const CERTIFICATE = 'x-client-subject';
const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

type Headers = Readonly<Record<string, string | string[]>>;

async function post(hookwell: Hookwell, added: Headers = {}): Promise<RawAnswer> {
  const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
  return postRaw(hookwell.url, { path: '/webhooks/stripe', headers: { ...headers, ...added }, body });
}

describe.each(modes)('what a source asks for beside the signature, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;

  beforeAll(async () => {
    installed = await mode.install({
      TRUSTED_PROXIES: '127.0.0.1',
      CLIENT_CERTIFICATE_HEADER: 'X-Client-Subject',
    });
    ({ hookwell } = installed);
    const body = { ...SOURCE, access: { allowedAddresses: ['192.0.2.0/24'] } };
    const created = await hookwell.admin('/sources', { method: 'POST', body });
    expect([created.status, await created.json()]).toEqual([
      201,
      expect.objectContaining({ access: { ...OPEN, ...body.access } }),
    ]);
    expect((await post(hookwell)).status).toBe(401);
  });

  afterAll(() => installed.stop());

  beforeEach(() => change({ access: OPEN }));

  async function change(body: object): Promise<unknown> {
    const response = await hookwell.admin('/sources/stripe', { method: 'PATCH', body });
    expect(response.status).toBe(200);
    return ((await response.json()) as { access: unknown }).access;
  }

  const status = async (added?: Headers): Promise<number> => (await post(hookwell, added)).status;

  it.each(['{', '[]', '{"allowedAddresses":"10.0.0.0/8"}', '{"ofALaterVersion":true}'])(
    'lets nobody through where it is stored as %s, and is listed and mended',
    async (stored) => {
      await installed.read(`UPDATE sources SET access = '${stored}' WHERE name = 'stripe'`);
      await expect.poll(() => status()).toBe(503);
      const listed = await hookwell.admin('/sources');
      expect([listed.status, await listed.json()]).toMatchObject([200, [{ name: 'stripe', access: null }]]);
      const { basicAuth, ...some } = OPEN;
      const body = { enabled: false, access: some };
      const refused = await hookwell.admin('/sources/stripe', { method: 'PATCH', body });
      expect([refused.status, await refused.json()]).toEqual([
        409,
        expect.objectContaining({
          detail:
            'The access rules that are stored for stripe cannot be read, so nothing was changed; send all of access: allowedAddresses, clientCertificate, basicAuth.',
        }),
      ]);
      expect(await change({ enabled: true })).toBeNull();
      expect(await status()).toBe(503);
      expect(await change({ access: { ...some, basicAuth } })).toEqual(OPEN);
      expect(await status()).toBe(200);
    },
  );

  it('is changed field by field, and takes effect at once', async () => {
    expect(await change({ access: { allowedAddresses: ['::1', '10.0.0.0/8'] } })).toEqual({
      ...OPEN,
      allowedAddresses: ['::1', '10.0.0.0/8'],
    });
    expect(await status()).toBe(401);
    expect(await change({ access: { basicAuth: true } })).toEqual({
      ...OPEN,
      allowedAddresses: ['::1', '10.0.0.0/8'],
      basicAuth: true,
    });
    expect(await change({ enabled: true, access: { allowedAddresses: [], basicAuth: false } })).toEqual(OPEN);
    expect(await status()).toBe(200);
    expect(await change({ enabled: true })).toEqual(OPEN);
  });

  it('lets through who calls from an allowed address, as trusted proxies tell it', async () => {
    await change({ access: { allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] } });
    const from = (address: string): Promise<number> => status({ 'x-forwarded-for': address });
    expect(await status()).toBe(401);
    expect(await from('203.0.113.7')).toBe(200);
    expect(await from('203.0.113.7:44321')).toBe(200);
    expect(await from('::ffff:203.0.113.7')).toBe(200);
    expect(await from('2001:DB8::7')).toBe(200);
    expect(await from('203.0.113.7, 127.0.0.1')).toBe(200);
    expect(await from('198.51.100.1')).toBe(401);
    expect(await from('203.0.113.7, 198.51.100.1')).toBe(401);
    expect(await from('203.0.113.7, unknown')).toBe(401);
  });

  it('lets through whose certificate a trusted proxy tells', async () => {
    await change({ access: { clientCertificate: 'CN=hooks.acme.example' } });
    expect(await status()).toBe(401);
    expect(await status({ [CERTIFICATE]: 'CN=hooks.acme.example' })).toBe(200);
    expect(await status({ [CERTIFICATE]: 'CN=other' })).toBe(401);
    expect(await status({ [CERTIFICATE]: ['CN=hooks.acme.example', 'CN=hooks.acme.example'] })).toBe(401);
  });

  it('lets through who shows an active credential', async () => {
    const secrets = '/sources/stripe/secrets';
    await change({ access: { basicAuth: true } });
    expect(await status(basic('acme:first'))).toBe(401);
    const ids: string[] = [];
    for (const secret of ['acme:first', 'acme:second']) {
      const added = await hookwell.admin(secrets, { method: 'POST', body: { secret, purpose: 'basic' } });
      ids.push(((await added.json()) as { id: string }).id);
    }
    expect([await status(basic('acme:first')), await status(basic('acme:second'))]).toEqual([200, 200]);
    const [kept] = await installed.read('SELECT headers FROM event_payloads ORDER BY event_id DESC LIMIT 1');
    expect(JSON.parse((kept as { headers: string }).headers)).not.toHaveProperty('authorization');
    expect([await status(basic('acme:third')), await status()]).toEqual([401, 401]);
    expect(await status(basic(stripe.secret))).toBe(401);
    const uses = async (): Promise<unknown[]> => {
      const list = (await (await hookwell.admin(secrets)).json()) as { id: string; lastUsedAt: unknown }[];
      return list.filter(({ id }) => ids.includes(id)).map(({ lastUsedAt }) => typeof lastUsedAt);
    };
    await expect.poll(uses).toEqual(['string', 'string']);
    await hookwell.admin(`${secrets}/${ids[0] ?? ''}`, { method: 'DELETE' });
    expect([await status(basic('acme:first')), await status(basic('acme:second'))]).toEqual([401, 200]);
  });

  it('is asked for in place of nothing: the signature has to hold as well', async () => {
    await change({ access: { allowedAddresses: ['127.0.0.1'] } });
    const forged = await postRaw(hookwell.url, { path: '/webhooks/stripe', headers: {}, body: '{}' });
    expect([await status(), forged.status]).toEqual([200, 401]);
  });

  it('is refused in the words of a bad signature, whatever else is wrong', async () => {
    const refused = async (): Promise<unknown[]> => {
      const large = { path: '/webhooks/stripe', headers: {}, body: Buffer.alloc(1024 * 1024 + 1) };
      const answers = [
        await postRaw(hookwell.url, { path: '/webhooks/stripe', headers: {}, body: '{}' }),
        await postRaw(hookwell.url, large),
      ];
      // But for the second in which it was answered.
      return answers.map(({ status, headers, body }) => [status, { ...headers, date: '' }, body]);
    };
    const badSignature = await refused();
    for (const access of [
      { allowedAddresses: ['192.0.2.1'] },
      { clientCertificate: 'CN=acme' },
      { basicAuth: true },
    ]) {
      await change({ access: { ...OPEN, ...access } });
      expect(await refused()).toEqual(badSignature);
    }
  });

  it('is asked for before a handshake is answered, and then in the words of one that is none', async () => {
    const { url } = hookwell;
    const dropbox = { name: 'dropbox', provider: 'dropbox', secret: 'a secret' };
    expect((await hookwell.admin('/sources', { method: 'POST', body: dropbox })).status).toBe(201);
    const ask = async (query: string): Promise<[number, string]> => {
      const answer = await fetch(`${url}/webhooks/dropbox${query}`);
      return [answer.status, await answer.text()];
    };
    const none = await ask('');
    expect([none[0], await ask('?challenge=abc')]).toEqual([404, [200, 'abc']]);
    const body = { access: { allowedAddresses: ['192.0.2.1'] } };
    await hookwell.admin('/sources/dropbox', { method: 'PATCH', body });
    expect([await ask('?challenge=abc'), await ask('')]).toEqual([none, none]);
  });

  it('is refused in silence where a bad signature is', async () => {
    const access = { basicAuth: true };
    const body = { name: 'xero', provider: 'xero', secret: 'a secret', access };
    expect((await hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
    const refused = await postRaw(hookwell.url, { path: '/webhooks/xero', headers: {}, body: '{}' });
    expect([refused.status, refused.body]).toEqual([401, '']);
  });

  it.each([
    [{}, []],
    [{ allowedAddresses: ['192.0.2.1'] }, ['allowedAddresses']],
    [
      { allowedAddresses: ['192.0.2.1'], clientCertificate: 'CN=acme', basicAuth: true },
      ['allowedAddresses', 'clientCertificate', 'basicAuth'],
    ],
  ])('is not asked of a request that is tried, with %j, and the answer says so', async (access, named) => {
    await change({ access });
    const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
    const captured = { method: 'POST', headers, body };
    const tried = await hookwell.admin('/sources/stripe/verify', { method: 'POST', body: captured });
    expect(await tried.json()).toMatchObject({ valid: true, accessRulesNotChecked: named });
  });

  it('is no part of an event: an own provider reads none from the header of the certificate', async () => {
    const scheme = { signed: '{body}', signature: { header: 'x-sig', encoding: 'hex' } };
    const name = 'own-certificate';
    const source = { name, provider: 'custom:own', secret: 'a secret', custom: { scheme } };
    const event = { id: { header: 'X-Client-Subject' }, type: { header: 'x-type' } };
    const says = 'custom.event.id.header must not be that of CLIENT_CERTIFICATE_HEADER';
    const refused = async (path: string, method: string, body: object): Promise<void> => {
      const response = await hookwell.admin(path, { method, body });
      const { detail } = (await response.json()) as { detail: string };
      expect([response.status, detail]).toEqual([400, expect.stringContaining(says)]);
    };
    await refused('/sources', 'POST', { ...source, custom: { scheme, event } });
    expect((await hookwell.admin('/sources', { method: 'POST', body: source })).status).toBe(201);
    await refused(`/sources/${name}`, 'PATCH', { custom: { scheme, event } });
  });

  describe('in the header that the signature is read from', () => {
    const access = { basicAuth: true };
    const scheme = { signed: '{body}', signature: { header: 'x-sig', encoding: 'hex' } };
    const authorized = { scheme: { ...scheme, signature: { header: 'Authorization', encoding: 'hex' } } };
    const ask = async (path: string, method: string, body: object): Promise<[number, string | undefined]> => {
      const response = await hookwell.admin(path, { method, body });
      return [response.status, ((await response.json()) as { detail?: string }).detail];
    };
    const REFUSED = [
      400,
      'access.basicAuth needs the authorization header for itself, or nothing could be let through, and this source reads its signature from there; leave it false, or have it sign in another header.',
    ];

    it.each([
      ['custom:taken', { secret: 'a secret', custom: authorized }],
      ['okta', { secret: 'Basic dXNlcjpwYXNz' }],
      ['google-pubsub', { secret: 'pusher@acme.iam.gserviceaccount.com' }],
    ])('is not asked for, at %s', async (provider, more) => {
      const source = { name: provider.replace(':', '-'), provider, ...more };
      expect(await ask('/sources', 'POST', { ...source, access })).toEqual(REFUSED);
      expect((await ask('/sources', 'POST', source))[0]).toBe(201);
      const path = `/sources/${source.name}`;
      expect(await ask(path, 'PATCH', { access })).toEqual(REFUSED);
      expect((await ask(path, 'PATCH', { access: { allowedAddresses: ['::1'], basicAuth: false } }))[0]).toBe(
        200,
      );
    });

    it('is asked for where a secret names another header', async () => {
      const source = { name: 'okta-key', provider: 'okta', secret: 'x-okta-key: s3cret' };
      expect((await ask('/sources', 'POST', { ...source, access }))[0]).toBe(201);
      expect((await ask('/sources/okta-key', 'PATCH', { access }))[0]).toBe(200);
      const path = '/sources/okta-key/secrets';
      expect(await ask(path, 'POST', { secret: 'Basic dXNlcjpwYXNz' })).toEqual(REFUSED);
      expect((await ask(path, 'POST', { secret: 'x-okta-key: newer' }))[0]).toBe(201);
    });

    it('is kept free of a description that comes later', async () => {
      const source = { name: 'later', provider: 'custom:later', secret: 'a secret', custom: { scheme } };
      expect((await ask('/sources', 'POST', { ...source, access }))[0]).toBe(201);
      const path = '/sources/later';
      expect(await ask(path, 'PATCH', { custom: authorized })).toEqual(REFUSED);
      expect((await ask(path, 'PATCH', { custom: authorized, access: { basicAuth: false } }))[0]).toBe(200);
      expect(await ask(path, 'PATCH', { access })).toEqual(REFUSED);
      expect((await ask(path, 'PATCH', { custom: { scheme }, access }))[0]).toBe(200);
    });
  });

  it('is told with its reason to those who run this', async () => {
    const latest = async (): Promise<unknown> => {
      const { reason, detail, remoteAddress } = (await rejectionsOf(hookwell, 'stripe'))[0] ?? {};
      return { reason, detail, remoteAddress };
    };
    await change({ access: { allowedAddresses: ['192.0.2.1'] } });
    await status({ 'x-forwarded-for': '203.0.113.99' });
    await expect.poll(latest).toEqual({
      reason: 'address_not_allowed',
      detail: '203.0.113.99 is not allowed',
      remoteAddress: '203.0.113.99',
    });
    await change({ access: { ...OPEN, basicAuth: true } });
    await status(basic('acme:a wrong password'));
    await expect.poll(latest).toMatchObject({ reason: 'credentials_refused' });
    const rows = await installed.read('SELECT * FROM source_rejections');
    expect(JSON.stringify(rows)).not.toContain(basic('acme:a wrong password')['authorization']?.slice(6));
    const metrics = await (await fetch(`${hookwell.url}/metrics`)).text();
    expect(metrics).toMatch(/^hookwell_rejected_total\{reason="address_not_allowed"\} [1-9]/m);
  });

  it.each([
    [{}, 'Send enabled, access or custom'],
    [{ enabled: null }, 'enabled must be true or false.'],
    [
      { access: null },
      'access must be an object with any of allowedAddresses, clientCertificate, basicAuth.',
    ],
    [{ access: [] }, 'access must be an object'],
    [
      { access: { colour: 'red' } },
      'access.colour is unknown; there are allowedAddresses, clientCertificate',
    ],
    [
      { access: { allowedAddresses: '10.0.0.0/8' } },
      'access.allowedAddresses must be a list of at most 100.',
    ],
    [{ access: { allowedAddresses: Array(101).fill('::1') } }, 'access.allowedAddresses must be a list'],
    [
      { access: { allowedAddresses: ['::1', '10.0.0.0/33', 'host', 7] } },
      'access.allowedAddresses[1] must be an address or a range, 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32 say. ' +
        'access.allowedAddresses[2] must be an address or a range, 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32 say. ' +
        'access.allowedAddresses[3] must be',
    ],
    [
      { access: { allowedAddresses: ['::ffff:10.0.0.0/8'] } },
      'access.allowedAddresses[0] must be 10.0.0.0/8, an IPv4 range with its own length.',
    ],
    [{ access: { clientCertificate: '' } }, 'access.clientCertificate must be null, or 1 to 500 characters'],
    [{ access: { clientCertificate: ' CN=a' } }, 'access.clientCertificate must be'],
    [{ access: { clientCertificate: 'CN=é' } }, 'access.clientCertificate must be'],
    [{ access: { clientCertificate: 'x'.repeat(501) } }, 'access.clientCertificate must be'],
    [
      { access: { basicAuth: 'yes', allowedAddresses: null } },
      'access.basicAuth must be true or false. access.allowed',
    ],
  ])('is not changed to %j', async (body, says) => {
    for (const [path, method, sent] of [
      ['/sources/stripe', 'PATCH', body],
      ['/sources', 'POST', { ...SOURCE, name: 'other', ...body }],
    ] as const) {
      // There the one may be left out, and the other is none.
      if (method === 'POST' && !('access' in body)) continue;
      const response = await hookwell.admin(path, { method, body: sent });
      const { detail } = (await response.json()) as { detail: string };
      expect([response.status, detail]).toEqual([400, expect.stringContaining(says)]);
    }
  });
});

describe('forged headers, where nobody is trusted', () => {
  let hookwell: Hookwell;

  beforeAll(async () => {
    hookwell = await Hookwell.start({
      TRUSTED_PROXIES: '10.0.0.0/8',
      CLIENT_CERTIFICATE_HEADER: CERTIFICATE,
    });
    expect((await hookwell.admin('/sources', { method: 'POST', body: SOURCE })).status).toBe(201);
  });

  afterAll(() => hookwell.stop());

  it.each([
    [{ allowedAddresses: ['203.0.113.7'] }, { 'x-forwarded-for': '203.0.113.7' }],
    [{ allowedAddresses: ['10.1.2.3'] }, { 'x-forwarded-for': '10.1.2.3', 'x-real-ip': '10.1.2.3' }],
    [{ allowedAddresses: ['203.0.113.7'] }, { forwarded: 'for=203.0.113.7' }],
    [{ clientCertificate: 'CN=acme' }, { [CERTIFICATE]: 'CN=acme' }],
  ])('do not open %j to %j', async (access, headers) => {
    await hookwell.admin('/sources/stripe', { method: 'PATCH', body: { access: { ...OPEN, ...access } } });
    expect((await post(hookwell, headers)).status).toBe(401);
    await hookwell.admin('/sources/stripe', { method: 'PATCH', body: { access: OPEN } });
    expect((await post(hookwell, headers)).status).toBe(200);
    await expect
      .poll(async () => (await rejectionsOf(hookwell, 'stripe'))[0])
      .toMatchObject({ remoteAddress: '127.0.0.1' });
  });
});

it('a certificate is not asked for where nobody could tell of one', async () => {
  const hookwell = await Hookwell.start();
  const body = { ...SOURCE, access: { clientCertificate: 'CN=acme' } };
  const response = await hookwell.admin('/sources', { method: 'POST', body });
  expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
    400,
    expect.stringContaining('access.clientCertificate needs CLIENT_CERTIFICATE_HEADER'),
  ]);
  await hookwell.stop();
});
