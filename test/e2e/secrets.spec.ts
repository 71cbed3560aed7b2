import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';
import { senderOf } from '../support/senders.js';

const stripe = senderOf('stripe');
const { secret: FIRST, otherSecret: SECOND } = stripe;
const PATH = '/sources/stripe/secrets';

interface Secret {
  readonly id: string;
  readonly purpose: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

describe.each(modes)('the secrets of a source, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
    const body = { name: 'stripe', provider: 'stripe', secret: FIRST };
    expect((await installed.hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
  });

  afterAll(() => installed.stop());

  const ask = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> => {
    const response = await installed.hookwell.admin(path, { method, body });
    return { status: response.status, body: await response.json() };
  };
  const add = async (body: object): Promise<Secret> => {
    const answer = await ask('POST', PATH, body);
    expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
    return answer.body as Secret;
  };
  const list = async (): Promise<Secret[]> => (await ask('GET', PATH)).body as Secret[];
  const revoke = ({ id }: Secret): Promise<{ status: number; body: unknown }> =>
    ask('DELETE', `${PATH}/${id}`);

  /** What a delivery signed with a secret is answered. */
  async function deliver(secret: string): Promise<{ status: number; id: string }> {
    const { headers, body } = stripe.sample('invoice.paid', randomUUID());
    const signature = await stripe.sign(body, secret, Math.floor(Date.now() / 1000));
    const response = await installed.hookwell.post('stripe', body, { ...headers, ...signature });
    const { id } = (await response.json()) as { id: string };
    return { status: response.status, id };
  }
  const statuses = async (): Promise<number[]> => [
    (await deliver(FIRST)).status,
    (await deliver(SECOND)).status,
  ];

  it('are rotated without a refused event, each stored with the one that it was verified with', async () => {
    const [first] = await list();
    const second = await add({ secret: SECOND, overlapSeconds: 3600 });
    expect(second).toEqual({
      ...{ id: expect.any(String) as string, purpose: 'signature', createdAt: expect.any(String) as string },
      ...{ lastUsedAt: null, expiresAt: null, revokedAt: null, revealable: false, unreadable: false },
    });
    expect(await statuses()).toEqual([200, 200]);
    for (const [value, secret] of [
      [FIRST, first],
      [SECOND, second],
    ] as const) {
      const { id } = await deliver(value);
      expect(await installed.hookwell.event(id)).toMatchObject({ secretId: secret?.id });
    }
    const [newer, older] = await list();
    expect(newer?.id).toBe(second.id);
    expect(Date.parse(older?.expiresAt ?? '') - Date.parse(newer?.createdAt ?? '')).toBe(3_600_000);
    await expect.poll(async () => (await list()).every(({ lastUsedAt }) => lastUsedAt !== null)).toBe(true);
  });

  it('do not verify any more once they are revoked, and none is left of their values', async () => {
    const [second, first] = (await list()) as [Secret, Secret];
    expect(await revoke(first)).toMatchObject({ status: 200, body: { id: first.id, purpose: 'signature' } });
    expect(await statuses()).toEqual([401, 200]);
    expect(await revoke(first)).toMatchObject({ status: 404 });
    expect((await revoke(second)).status).toBe(200);
    expect(await statuses()).toEqual([401, 401]);
    expect(await installed.read('SELECT value FROM source_secrets WHERE value IS NOT NULL')).toEqual([]);
    await add({ secret: FIRST });
    expect(await statuses()).toEqual([200, 401]);
  });

  it('take the place of the others at once where no overlap is wanted', async () => {
    await add({ secret: SECOND, overlapSeconds: 0 });
    expect(await statuses()).toEqual([401, 200]);
  });

  it('for other purposes sign nothing and leave those for signatures as they are', async () => {
    await add({ secret: FIRST, purpose: 'handshake', overlapSeconds: 0 });
    await add({ secret: 'acme:a long password', purpose: 'basic', overlapSeconds: 0 });
    expect(await statuses()).toEqual([401, 200]);
  });

  it('are never shown, nor kept readably, nor in the audit', async () => {
    const shown = JSON.stringify([await list(), await ask('GET', '/audit')]);
    const kept = await installed.read<{ value: string | null }>('SELECT value FROM source_secrets');
    for (const secret of [FIRST, SECOND, 'a long password']) {
      expect(shown).not.toContain(secret);
      for (const { value } of kept) expect(Buffer.from(value ?? '', 'base64').includes(secret)).toBe(false);
    }
    expect((await ask('GET', '/audit?command=secret.revoke')).body).toMatchObject({
      entries: [
        { outcome: 'DONE', target: 'stripe', affected: 1 },
        { outcome: 'REFUSED' },
        { outcome: 'DONE' },
      ],
    });
  });

  it('are not added twice, so that one which is revoked verifies nothing', async () => {
    const twin = (await list()).find(({ purpose, expiresAt }) => purpose === 'signature' && !expiresAt);
    expect(await ask('POST', PATH, { secret: SECOND, overlapSeconds: 0 })).toMatchObject({
      status: 409,
      body: {
        detail: `stripe has this secret for this purpose already, as ${twin?.id ?? ''}, so nothing was added; leave it, or revoke that one and add it again, so that it counts anew.`,
      },
    });
    expect((await revoke(twin as Secret)).status).toBe(200);
    expect(await statuses()).toEqual([401, 401]);
    await add({ secret: SECOND });
    expect(await statuses()).toEqual([401, 200]);
  });

  const unknown = '0198c2a0-1b22-7d44-8a66-9c8d7e6f5a4b';
  it.each([
    ['POST', PATH, {}, 400, 'secret must be a text of 1 to 500 bytes.'],
    [
      'POST',
      PATH,
      { secret: 'x', purpose: 'other' },
      400,
      'purpose must be one of signature, handshake, basic.',
    ],
    ['POST', PATH, { secret: 'x', purpose: null }, 400, 'purpose must be one of'],
    [
      'POST',
      PATH,
      { secret: 'x', overlapSeconds: -1 },
      400,
      'overlapSeconds must be a whole number from 0 to',
    ],
    ['POST', PATH, { secret: 'x', overlapSeconds: 2_592_001 }, 400, 'from 0 to 2592000.'],
    ['POST', PATH, { secret: 'x', overlapSeconds: 1.5 }, 400, 'overlapSeconds must be'],
    ['POST', PATH, { secret: 'x\n' }, 400, 'secret begins or ends with white space.'],
    ['POST', PATH, { secret: 'x\n', purpose: 'handshake' }, 400, 'secret begins or ends with white space.'],
    ['POST', PATH, { secret: 'password', purpose: 'basic' }, 400, 'secret must be user:password'],
    ['POST', '/sources/gone/secrets', { secret: 'x' }, 404, 'There is no source named gone;'],
    ['GET', '/sources/gone/secrets', undefined, 404, 'There is no source named gone;'],
    ['DELETE', `${PATH}/x`, undefined, 400, 'id must be the id of a secret, a UUID.'],
    ['DELETE', `${PATH}/${unknown}`, undefined, 404, `There is no secret ${unknown} of this source`],
    ['DELETE', `/sources/gone/secrets/${unknown}`, undefined, 404, 'There is no source named gone;'],
  ])('are refused at %s %s with %j', async (method, path, body, status, says) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(says) as string } });
  });

  it('that GitLab shows are not kept, whichever a delivery was verified with', async () => {
    const signingToken = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
    const source = { name: 'gitlab', provider: 'gitlab', secret: signingToken };
    expect((await ask('POST', '/sources', source)).status).toBe(201);
    const body = '{"object_kind":"push"}';
    const now = new Date();
    const response = await installed.hookwell.post('gitlab', body, {
      'webhook-id': 'u1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(signingToken).sign('u1', now, body),
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-token': "yesterday's token",
    });
    const { id } = (await response.json()) as { id: string };
    const [kept] = await installed.read<{ headers: string }>(
      `SELECT headers FROM event_payloads WHERE event_id = '${id}'`,
    );
    expect(Object.keys(JSON.parse(kept?.headers ?? '') as object)).toContain('x-gitlab-event');
    expect(kept?.headers).not.toContain('yesterday');
  });

  it('are bounded in number', async () => {
    for (let count = 1; count < 10; count += 1) await add({ secret: `secret ${count}` });
    expect(await ask('POST', PATH, { secret: 'one more' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('stripe has 10 active secrets for this purpose') as string },
    });
    expect(await statuses()).toEqual([401, 200]);
  });
});
