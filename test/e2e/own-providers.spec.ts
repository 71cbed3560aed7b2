import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventView } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';

const SECRET = 'a secret (of $acme*)';
const CUSTOM = {
  scheme: {
    algorithm: 'sha512',
    signed: 'v1:{id}:{timestamp}:{body}',
    signature: { header: 'X-Acme-Signature', separator: ',', prefix: 'v1=', encoding: 'base64' },
    id: { header: 'X-Acme-Id' },
    timestamp: { at: { prefix: 't=' }, unit: 'seconds', tolerance: 300 },
  },
  event: {
    id: { header: 'x-acme-id' },
    type: { pointer: '/kind' },
    orderingKey: { pointer: '/data/order~1number' },
    occurredAt: { pointer: '/at', unit: 'milliseconds' },
  },
};
const ACME = { name: 'acme-eu', provider: 'custom:acme', secret: SECRET, custom: CUSTOM };

/** What an audience of handlers needs without a definition: a folder of its own with nothing but them. */
async function writeHandlers(root: string): Promise<void> {
  const folder = join(root, 'providers', 'acme-handlers');
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await mkdir(join(root, 'node_modules'));
  await symlink(resolve('.'), join(root, 'node_modules/hookwell'));
  await writeFile(
    join(folder, 'provider.js'),
    `import { WebhookHandler } from 'hookwell/handler-kit';
     class CountOrders {
       async handle({ payload }) {
         return { order: payload.data['order/number'] };
       }
     }
     WebhookHandler({ provider: 'custom:acme', types: ['order.*'], supersede: true })(CountOrders);
     export const handlers = [CountOrders];`,
  );
}

interface Captured {
  readonly method: string;
  readonly url?: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
  readonly bodyEncoding?: 'utf8' | 'base64';
  readonly at?: string;
}

interface Sent extends Captured {
  readonly headers: Record<string, string>;
}

/** A request as the template says, signed with nothing of ours. */
function signed(
  id: string,
  happenedAt: number,
  change: { kind?: string; now?: number; secret?: string } = {},
): Sent {
  const { kind = 'order.paid', now = Date.now(), secret = SECRET } = change;
  const body = JSON.stringify({ kind, at: happenedAt, data: { 'order/number': 'o-7', note: 'Übung' } });
  const seconds = Math.floor(now / 1000);
  const digest = createHmac('sha512', secret).update(`v1:${id}:${seconds}:${body}`).digest('base64');
  return {
    method: 'POST',
    headers: { 'X-Acme-Id': id, 'X-Acme-Signature': `t=${seconds},v0=old,v1=${digest}` },
    body,
  };
}

/** Names that every object has something under. Nest takes two others, constructor and __proto__, out of every body. */
const OF_EVERY_OBJECT = ['toString', 'valueOf', 'hasOwnProperty'];
const WHEN = Date.parse('2026-01-31T12:00:00.500Z');

describe.each(modes)('a provider by configuration, $mode', (mode) => {
  let root: string;
  let installed: Installed;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hookwell-providers-'));
    await writeHandlers(root);
    installed = await mode.install({ PROVIDERS_DIR: join(root, 'providers') });
    expect((await admin('/sources', 'POST', ACME)).status).toBe(201);
  });

  afterAll(async () => {
    await installed.stop();
    await rm(root, { recursive: true });
  });

  async function admin(
    path: string,
    method: string,
    body?: unknown,
  ): Promise<{ status: number; answer: unknown }> {
    const response = await installed.hookwell.admin(path, { method, body });
    const text = await response.text();
    for (const hidden of [
      SECRET,
      Buffer.from(SECRET).toString('base64'),
      Buffer.from(SECRET).toString('hex'),
    ]) {
      expect(text).not.toContain(hidden);
    }
    return { status: response.status, answer: JSON.parse(text) as unknown };
  }

  async function post(source: string, { headers, body }: Sent): Promise<EventView> {
    const response = await installed.hookwell.post(source, body, headers);
    expect(response.status).toBe(200);
    return installed.hookwell.settled(((await response.json()) as { id: string }).id);
  }

  const detail = async (path: string, method: string, body: unknown): Promise<[number, string]> => {
    const { status, answer } = await admin(path, method, body);
    return [status, (answer as { detail: string }).detail];
  };

  it('is shown with its source, its headers in small letters', async () => {
    const { answer } = await admin('/sources', 'GET');
    expect(answer).toContainEqual(
      expect.objectContaining({
        provider: 'custom:acme',
        custom: {
          ...CUSTOM,
          scheme: {
            ...CUSTOM.scheme,
            signature: { ...CUSTOM.scheme.signature, header: 'x-acme-signature' },
            id: { header: 'x-acme-id' },
          },
        },
      }),
    );
  });

  it('has its events stored with what they say, handled by whoever names it, and in order', async () => {
    const newer = await post('acme-eu', signed('e-2', WHEN + 1));
    expect(newer).toMatchObject({
      status: 'PROCESSED',
      provider: 'custom:acme',
      type: 'order.paid',
      idempotencyKey: 'e-2',
      orderingKey: 'o-7',
      occurredAt: '2026-01-31T12:00:00.501Z',
      operations: [{ handler: 'CountOrders', status: 'SUCCEEDED', result: { order: 'o-7' } }],
    });
    const older = await post('acme-eu', signed('e-1', WHEN));
    expect(older.operations[0]?.attempts).toMatchObject([{ outcome: 'SUPERSEDED' }]);
  });

  it('is paused by the name that its sources and handlers have, and by no other', async () => {
    const body = { reason: 'as the test says' };
    expect(await detail('/pauses/provider/custom:amce', 'PUT', body)).toEqual([
      404,
      'There is no provider named custom:amce; GET /providers lists those with a folder, GET /sources has those of your own.',
    ]);
    expect((await admin('/pauses/provider/custom:acme', 'PUT', body)).status).toBe(200);
    expect((await admin('/pauses/provider/custom:acme', 'DELETE')).status).toBe(200);
  });

  it('has events that nobody handles processed, and says so', async () => {
    const event = await post('acme-eu', signed('e-3', WHEN, { kind: 'cart.filled' }));
    expect(event).toMatchObject({ status: 'PROCESSED', unhandled: true, operations: [] });
  });

  it.each([
    ['a changed body', (sent: Sent) => ({ ...sent, body: sent.body.replace('o-7', 'o-8') })],
    ['another id', (sent: Sent) => ({ ...sent, headers: { ...sent.headers, 'X-Acme-Id': 'e-0' } })],
    ['no signature', (sent: Sent) => ({ ...sent, headers: { 'X-Acme-Id': 'e-4' } })],
  ])('refuses %s', async (_, forge) => {
    const { headers, body } = forge(signed('e-4', WHEN));
    expect((await installed.hookwell.post('acme-eu', body, headers as Record<string, string>)).status).toBe(
      401,
    );
  });

  describe('that is created or changed', () => {
    const other = { ...ACME, name: 'acme-2' };

    it('is refused with all that is wrong, by field', async () => {
      const custom = {
        scheme: { ...CUSTOM.scheme, signed: '{bodi}', salt: 1 },
        event: { id: { pointer: 'x' } },
      };
      const [status, says] = await detail('/sources', 'POST', { ...other, name: 'Up', custom });
      expect(status).toBe(400);
      for (const part of [
        'name must be 1 to',
        'custom.scheme.signed must have {body}',
        'custom.scheme.salt is unknown',
        'custom.event.id.pointer must be',
      ]) {
        expect(says).toContain(part);
      }
    });

    it.each([
      [{ custom: undefined }, 'custom must say how the provider signs'],
      [{ custom: null }, 'custom must be an object with scheme, event'],
      [{ provider: 'stripe' }, 'custom is for sources whose provider is custom'],
      [{ provider: 'custom:UP' }, 'custom is for sources whose provider is custom'],
      [{ provider: 'custom:UP', custom: undefined }, 'provider must be one of'],
      [{ custom: { scheme: { ...CUSTOM.scheme, key: 'hex' } } }, 'secret must be hex digits'],
    ])('is refused with %j', async (change, says) => {
      expect(await detail('/sources', 'POST', { ...other, ...change })).toEqual([
        400,
        expect.stringContaining(says),
      ]);
    });

    it.each(OF_EVERY_OBJECT)('is refused with a field %s, as with any that is unknown', async (field) => {
      const more = JSON.parse(`{"${field}":1}`) as object;
      const withMore = (object: object): unknown =>
        JSON.parse(`${JSON.stringify(object).slice(0, -1)},${JSON.stringify(more).slice(1)}`);
      const { scheme } = CUSTOM;
      for (const [change, path] of [
        [{ custom: withMore({ scheme }) }, 'custom'],
        [{ custom: { scheme: withMore(scheme) } }, 'custom.scheme'],
        [{ access: withMore({ basicAuth: false }) }, 'access'],
      ] as const) {
        expect(await detail('/sources', 'POST', { ...other, ...change })).toEqual([
          400,
          expect.stringContaining(`${path}.${field} is unknown; there are`),
        ]);
      }
    });

    it('verifies by what it is now, once it is changed, in one write that the audit has', async () => {
      expect((await admin('/sources', 'POST', other)).status).toBe(201);
      const custom = { scheme: { signed: '{body}', signature: { header: 'x-plain', encoding: 'hex' } } };
      const { answer } = await admin('/sources/acme-2', 'PATCH', { custom, enabled: true });
      expect(answer).toMatchObject({ enabled: true, custom });
      const plain = createHmac('sha256', SECRET).update('{}').digest('hex');
      expect((await installed.hookwell.post('acme-2', '{}', { 'x-plain': plain })).status).toBe(200);
      const { headers, body } = signed('e-5', WHEN);
      expect((await installed.hookwell.post('acme-2', body, headers)).status).toBe(401);
      const { answer: audit } = await admin('/audit?limit=1', 'GET');
      expect(JSON.stringify(audit)).toContain(JSON.stringify(custom).slice(1, -1));
    });

    it('stays what it is where only the rest is changed, and is no other provider', async () => {
      const { answer } = await admin('/sources/acme-eu', 'PATCH', { enabled: true });
      expect(answer).toMatchObject({ custom: { event: CUSTOM.event } });
      expect(
        (await admin('/sources', 'POST', { name: 'plain', provider: 'github', secret: 'x' })).status,
      ).toBe(201);
      expect(await detail('/sources/plain', 'PATCH', { custom: CUSTOM })).toEqual([
        400,
        expect.stringContaining('custom is for sources'),
      ]);
      expect(await detail('/sources/acme-eu', 'PATCH', {})).toEqual([400, expect.stringContaining('Send')]);
    });

    it('keeps its key as long as an active secret could not be read by another, and is refused as a whole', async () => {
      const name = 'acme-key';
      const described = (key: string): object => ({
        scheme: { key, signed: '{body}', signature: { header: 'x-plain', encoding: 'hex' } },
      });
      const made = { ...ACME, name, custom: described('utf8') };
      expect((await admin('/sources', 'POST', made)).status).toBe(201);
      const [secret] = (await admin(`/sources/${name}/secrets`, 'GET')).answer as [{ id: string }];
      const change = { custom: described('hex'), enabled: false };
      expect(await detail(`/sources/${name}`, 'PATCH', change)).toEqual([
        400,
        expect.stringMatching(`^custom\\.scheme\\.key must stay .* ${secret.id}; revoke them first`),
      ]);
      const plain = createHmac('sha256', SECRET).update('{}').digest('hex');
      expect((await installed.hookwell.post(name, '{}', { 'x-plain': plain })).status).toBe(200);
      expect((await admin(`/sources/${name}/secrets/${secret.id}`, 'DELETE')).status).toBe(200);
      expect((await admin(`/sources/${name}`, 'PATCH', change)).answer).toMatchObject(change);
    });

    it.each(['{"scheme":{"signed":"of a later version"}}', 'no JSON', ''])(
      'has its senders come back where this process cannot read %j',
      async (custom) => {
        const name = `later-${custom.length}`;
        expect((await admin('/sources', 'POST', { ...ACME, name })).status).toBe(201);
        await installed.read(`UPDATE sources SET custom = '${custom}' WHERE name = '${name}'`);
        const { headers, body } = signed('e-6', WHEN);
        const status = async (): Promise<number> =>
          (await installed.hookwell.post(name, body, headers)).status;
        await expect.poll(status).toBe(503);
        expect((await admin('/sources', 'GET')).status).toBe(200);
        expect((await detail(`/sources/${name}/verify`, 'POST', signed('e-6', WHEN)))[0]).toBe(409);
      },
    );
  });

  describe('whose request is tried', () => {
    const tried = async (request: Captured, source = 'acme-eu'): Promise<unknown> => {
      const { status, answer } = await admin(`/sources/${source}/verify`, 'POST', request);
      expect([status, answer]).toEqual([200, answer]);
      return answer;
    };
    const found = {
      id: 'e-9',
      type: 'order.paid',
      orderingKey: 'o-7',
      occurredAt: '2026-01-31T12:00:00.500Z',
    };

    it('verifies at its own time, and shows what was read and signed', async () => {
      const request = signed('e-9', WHEN, { now: WHEN });
      const bytes = Buffer.from(`v1:e-9:${Math.floor(WHEN / 1000)}:${request.body}`);
      const answer = await tried({ ...request, at: '2026-01-31T12:01:00Z' });
      expect(answer).toMatchObject({
        valid: true,
        reason: null,
        detail: null,
        headers: [
          { name: 'x-acme-signature', value: request.headers['X-Acme-Signature'] },
          { name: 'x-acme-id', value: 'e-9' },
        ],
        signed: { text: bytes.toString(), base64: bytes.toString('base64'), length: bytes.length },
        expected: [{ begins: `${/v1=(.{8})/.exec(request.headers['X-Acme-Signature'] ?? '')?.[1] ?? ''}…` }],
        event: found,
      });
      const { secretId, expected } = answer as { secretId: string; expected: { secretId: string }[] };
      expect(expected[0]?.secretId).toBe(secretId);
    });

    it.each([
      ['texts that are longer than their columns', 'x'.repeat(300), WHEN],
      ['texts of several units a character', '😀'.repeat(200), WHEN],
      ['a time after the year 9999', 'e-at-9999', 253_402_300_800_000],
      ['the last time of all', 'e-at-last', 253_402_300_799_999],
    ])('is told as it is stored, with %s', async (_, text, at) => {
      const custom = {
        ...CUSTOM,
        event: {
          ...{ id: { pointer: '/id' }, type: { pointer: '/id' }, orderingKey: { pointer: '/id' } },
          occurredAt: CUSTOM.event.occurredAt,
        },
      };
      const name = `acme-stored-${text.length}-${at}`;
      expect((await admin('/sources', 'POST', { ...ACME, name, custom })).status).toBe(201);
      const seconds = Math.floor(Date.now() / 1000);
      const body = JSON.stringify({ id: text, at });
      const digest = createHmac('sha512', SECRET).update(`v1:e:${seconds}:${body}`).digest('base64');
      const headers = { 'X-Acme-Id': 'e', 'X-Acme-Signature': `t=${seconds},v1=${digest}` };
      const answer = await tried({ method: 'POST', headers, body }, name);
      const {
        idempotencyKey: id,
        type,
        orderingKey,
        occurredAt,
      } = await post(name, { method: 'POST', headers, body });
      expect(answer).toMatchObject({ valid: true, event: { id, type, orderingKey, occurredAt } });
    });

    it.each<[string, (sent: Sent) => Captured, string]>([
      ['a body that was changed', (sent) => ({ ...sent, body: `${sent.body} ` }), 'signature_mismatch'],
      ['another secret', () => signed('e-9', WHEN, { secret: 'another' }), 'signature_mismatch'],
      ['an old time', (sent) => ({ ...sent, at: '2999-01-01' }), 'stale_timestamp'],
      ['a time to come', (sent) => ({ ...sent, at: '2000-01-01' }), 'future_timestamp'],
      ['a missing header', ({ body }) => ({ method: 'POST', headers: {}, body }), 'missing_header'],
      [
        'a header that is there twice',
        (sent) => ({ ...sent, headers: { ...sent.headers, 'x-acme-signature': 'v1=x' } }),
        'repeated_header',
      ],
      [
        'a signature that is none',
        (sent) => ({ ...sent, headers: { ...sent.headers, 'X-Acme-Signature': 't=1,v1=?' } }),
        'malformed_header',
      ],
    ])('is refused with its reason for %s', async (_, forge, reason) => {
      expect(await tried(forge(signed('e-9', WHEN)))).toMatchObject({
        valid: false,
        secretId: null,
        reason,
        detail: expect.stringMatching(/./) as string,
        event: { type: 'order.paid' },
      });
    });

    it('never shows the secret, also where the request has it', async () => {
      const body = `{"kind":"${SECRET}","id":"ü ${SECRET}"}`;
      const request = {
        method: 'POST',
        headers: { 'x-acme-id': SECRET, 'x-acme-signature': `t=1,v1=${SECRET}` },
        body,
      };
      expect(await tried(request)).toMatchObject({ event: { id: '[secret]', type: '[secret]' } });
      const { headers } = signed('e-9', WHEN);
      expect(await tried({ method: 'POST', headers, body })).toMatchObject({
        signed: { text: expect.stringContaining('"id":"ü [secret]"') as string },
      });
    });

    it('never shows any of the secrets, whatever they are for, how they are spelled, and whether they count', async () => {
      const name = 'acme-secrets';
      const path = `/sources/${name}`;
      const authorized = { ...CUSTOM.scheme, id: { header: 'authorization' } };
      const custom = { scheme: authorized, event: CUSTOM.event };
      expect((await admin('/sources', 'POST', { ...ACME, name, custom })).status).toBe(201);
      const login = 'acme:a "long" pässword';
      const verifyToken = 'a verify token';
      const next = 'the next secret';
      for (const [secret, purpose] of [
        [next, 'signature'],
        [verifyToken, 'handshake'],
        [login, 'basic'],
      ]) {
        const added = await admin(`${path}/secrets`, 'POST', { secret, purpose, overlapSeconds: 0 });
        expect(added.status).toBe(201);
      }
      const base64 = Buffer.from(login).toString('base64');
      const body = JSON.stringify({
        ...{ kind: `${login}|${verifyToken}`, data: { 'order/number': base64 }, expired: SECRET, next },
      });
      const headers = {
        ...signed('e-9', WHEN).headers,
        authorization: `Basic ${base64}`,
        'X-Acme-Id': login,
      };
      const answer = (await tried({ method: 'POST', headers, body }, name)) as {
        signed: { text: string; base64: string };
      };
      expect(answer).toMatchObject({
        headers: [{ name: 'x-acme-signature' }, { name: 'authorization', value: 'Basic [secret]' }],
        event: { id: '[secret]', type: '[secret]|[secret]', orderingKey: '[secret]' },
        signed: {
          text: expect.stringContaining(
            '{"kind":"[secret]|[secret]","data":{"order/number":"[secret]"},"expired":"[secret]","next":"[secret]"}',
          ) as string,
        },
      });
      expect(Buffer.from(answer.signed.base64, 'base64').toString()).toBe(answer.signed.text);
    });

    it('is tried by the scheme of any provider, one that shows its secret too, and leaves nothing behind', async () => {
      expect(
        (await admin('/sources', 'POST', { name: 'lab', provider: 'gitlab', secret: SECRET })).status,
      ).toBe(201);
      const before = await admin('/events?limit=100', 'GET');
      const headers = { 'X-Gitlab-Token': SECRET, 'X-Gitlab-Event': 'Push Hook' };
      expect(await tried({ method: 'POST', headers, body: '{}' }, 'lab')).toMatchObject({
        valid: true,
        headers: [{ name: 'x-gitlab-token', value: '[secret]' }],
        event: { type: expect.stringMatching(/push/i) as string },
      });
      expect(await admin('/events?limit=100', 'GET')).toEqual(before);
    });

    it('is tried by a scheme whose secret says more than is shown', async () => {
      const source = { name: 'directory', provider: 'okta', secret: `x-okta-key: ${SECRET}` };
      expect((await admin('/sources', 'POST', source)).status).toBe(201);
      const headers = { 'X-Okta-Key': SECRET };
      expect(await tried({ method: 'POST', headers, body: '{}' }, 'directory')).toMatchObject({
        valid: true,
        headers: [{ name: 'x-okta-key', value: '[secret]' }],
      });
    });

    it('may have bytes that are no text', async () => {
      const body = Buffer.from([0xff, 0xfe, 0x7b]).toString('base64');
      const { headers } = signed('e-9', WHEN);
      expect(await tried({ method: 'POST', headers, body, bodyEncoding: 'base64' })).toMatchObject({
        reason: 'signature_mismatch',
        signed: { text: null, base64: expect.stringMatching(/\/\/57$/) as string },
      });
    });

    it.each([
      [{ method: undefined }, 'method must be'],
      [{ headers: [] }, 'headers must be an object'],
      [
        { headers: { a: 1, b: ['x', null] } },
        'headers.a must be a text or a list of texts. headers.b must be',
      ],
      [{ body: 1 }, 'body must be a text'],
      [{ body: 'no base64', bodyEncoding: 'base64' }, 'body must be a text; base64'],
      [{ bodyEncoding: 'hex' }, 'bodyEncoding must be one of utf8, base64'],
      [{ at: 'yesterday' }, 'at must be a date'],
      ...[1, '', 'not a url', '/webhooks/acme', 'https://', 'mailto:acme@example.com'].map(
        (url): [object, string] => [{ url }, 'url must be the whole address'],
      ),
      [{ source: 'x' }, 'source is unknown; there are method, url, headers, body, bodyEncoding, at.'],
    ])('is refused where it is no request: %j', async (change, says) => {
      const request = { ...signed('e-9', WHEN), ...change };
      expect(await detail('/sources/acme-eu/verify', 'POST', request)).toEqual([
        400,
        expect.stringContaining(says),
      ]);
    });

    it.each(OF_EVERY_OBJECT)('is refused with a header %s, and not tried without it', async (field) => {
      const { method, body } = signed('e-9', WHEN);
      const headers = JSON.parse(`{"x-acme-id":"e-9","${field}":"x"}`) as Record<string, string>;
      expect(await detail('/sources/acme-eu/verify', 'POST', { method, headers, body })).toEqual([
        400,
        `headers.${field} is no name that is taken here.`,
      ]);
    });

    it('has to be of a source that there is', async () => {
      expect((await detail('/sources/nobody/verify', 'POST', signed('e-9', WHEN)))[0]).toBe(404);
    });
  });
});
