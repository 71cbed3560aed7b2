import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';
import { rejectionsOf } from '../support/rejections.js';
import { senderOf } from '../support/senders.js';

const github = senderOf('github');
const { secret: GOOD, otherSecret: LOST } = github;
const CREDENTIALS = 'acme:a long password';

interface Secret {
  readonly id: string;
  readonly unreadable: boolean;
}

describe.each(modes)('a secret that does not decrypt, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
  });

  afterAll(() => installed.stop());

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await installed.hookwell.admin(path, { method, body });
    expect(response.ok).toBe(true);
    return (await response.json()) as T;
  }

  /** A source with a secret and a newer one that does not decrypt; that one's id. */
  async function sourceWithLost(
    name: string,
    provider: string,
    lost: { secret: string; purpose?: string },
    access?: object,
  ): Promise<string> {
    await ask('POST', '/sources', { name, provider, secret: GOOD, ...(access ? { access } : {}) });
    const { id } = await ask<Secret>('POST', `/sources/${name}/secrets`, lost);
    await installed.read(`UPDATE source_secrets SET value = 'no ciphertext' WHERE id = '${id}'`);
    // What was decrypted before stays known, as while SECRETS_KEY is rotated.
    await installed.hookwell.end('SIGTERM');
    await installed.hookwell.restart();
    return id;
  }

  /** What a delivery is answered that is signed with a secret. */
  async function send(
    source: string,
    secret: string,
    extra: Record<string, string> = {},
  ): Promise<[number, string | null]> {
    const { headers, body } = github.sample('push', randomUUID());
    const signature = await github.sign(body, secret, 0);
    const response = await installed.hookwell.post(source, body, { ...headers, ...signature, ...extra });
    return [response.status, response.headers.get('retry-after')];
  }

  it('leaves the others verifying, and has senders come back whom it might have verified, until it is revoked', async () => {
    const id = await sourceWithLost('partly', 'github', { secret: LOST });
    expect(await send('partly', GOOD)).toEqual([200, null]);
    expect(await send('partly', LOST)).toEqual([503, '5']);
    const refused = async (): Promise<unknown> => (await rejectionsOf(installed.hookwell, 'partly'))[0];
    await expect.poll(refused).toMatchObject({
      reason: 'source_unreadable',
      detail: expect.stringMatching(/^one of its secrets does not decrypt .* no signature matches/) as string,
    });
    const { headers, body } = github.sample('push', randomUUID());
    const captured = { method: 'POST', headers: { ...headers, ...(await github.sign(body, LOST, 0)) }, body };
    expect(await ask('POST', '/sources/partly/verify', captured)).toMatchObject({
      valid: false,
      detail: expect.stringMatching(/; one of its secrets does not decrypt with SECRETS_KEY$/) as string,
    });

    const flags = async (): Promise<unknown> =>
      (await ask<Secret[]>('GET', '/sources/partly/secrets')).map(({ unreadable }) => unreadable);
    expect(await flags()).toEqual([true, false]);
    await ask('DELETE', `/sources/partly/secrets/${id}`);
    expect(await flags()).toEqual([false, false]);
    expect(await send('partly', LOST)).toEqual([401, null]);
    expect(await send('partly', GOOD)).toEqual([200, null]);
  });

  it('has senders come back whose credentials it might have been, and none whom another rule refuses', async () => {
    const lost = { secret: CREDENTIALS, purpose: 'basic' };
    await sourceWithLost('guarded', 'github', lost, { basicAuth: true });
    const authorization = `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`;
    expect(await send('guarded', GOOD, { authorization })).toEqual([503, '5']);
    await ask('PATCH', '/sources/guarded', { access: { basicAuth: false } });
    expect(await send('guarded', LOST)).toEqual([401, null]);
    await ask('PATCH', '/sources/guarded', {
      access: { basicAuth: true, allowedAddresses: ['203.0.113.7'] },
    });
    expect(await send('guarded', GOOD, { authorization })).toEqual([401, null]);
  });

  it('has no older one answer a handshake that the newest is for', async () => {
    const id = await sourceWithLost('x', 'x', { secret: LOST });
    const asked = async (): Promise<number> =>
      (await fetch(`${installed.hookwell.url}/webhooks/x?crc_token=abc`)).status;
    expect(await asked()).toBe(503);
    await ask('DELETE', `/sources/x/secrets/${id}`);
    expect(await asked()).toBe(200);
  });
});
