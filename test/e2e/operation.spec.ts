import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, Hookwell, SECRETS_KEY } from '../support/hookwell.js';
import { sqliteReader } from '../support/database-reader.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { brokenPromises, KEPT, Load, SCRIPTED_SECRET, SCRIPTED_SOURCE } from '../support/load.js';
import { type Installed, modes } from '../support/modes.js';
import { postRaw } from '../support/raw-request.js';
import { type Delivery, deliver, type Sender, senderOf, senders } from '../support/senders.js';

const SHUTDOWN_MS = 15_000;

/** A sample that carries two texts of its own, signed: nothing of a payload or a header may be found elsewhere. */
async function withCanaries(
  sender: Sender,
  type: string,
  inHeader: string,
  inBody: string,
): Promise<Delivery> {
  const id = randomUUID();
  const sample = sender.sample(type, id);
  const body = JSON.stringify({ ...(JSON.parse(sample.body) as object), canary: inBody });
  const signature = await sender.sign(body, sender.secret, Math.floor(Date.now() / 1000), id);
  return { headers: { ...sample.headers, 'x-canary': inHeader, ...signature }, body };
}

describe.each(modes)('operation, $mode', (mode) => {
  let installed: Installed;
  let adminUrl: string;
  let scriptDir: string;

  beforeAll(async () => {
    scriptDir = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    installed = await mode.install({
      LOG_LEVEL: 'trace',
      ADMIN_PORT: '0',
      PROVIDERS_DIR: SCRIPTED_PROVIDERS,
      SCRIPT_DIR: scriptDir,
    });
    adminUrl = /Swagger UI\s+(http:\/\/[^/]+)/.exec(installed.hookwell.output.words)?.[1] ?? '';
    for (const { slug, secret } of senders) {
      await admin('/sources', { name: slug, provider: slug, secret });
    }
  });

  afterAll(async () => {
    await installed.stop();
    await rm(scriptDir, { recursive: true });
  });

  function admin(path: string, body?: unknown): Promise<Response> {
    return fetch(`${adminUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function settled(id: string): Promise<void> {
    for (;;) {
      const { status } = (await (await admin(`/events/${id}`)).json()) as { status: string };
      if (status !== 'RECEIVED') return;
    }
  }

  const logLines = (): Record<string, unknown>[] =>
    installed.hookwell.output.log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('shows the internet nothing but /webhooks when ADMIN_PORT is set, and the admin nothing of it', async () => {
    const { url } = installed.hookwell;
    expect(adminUrl).not.toBe(url);
    for (const path of [
      '/events',
      '/sources',
      '/providers',
      '/stats',
      '/metrics',
      '/docs',
      '/health/ready',
      '/health/live',
      '/',
    ]) {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      expect([path, (await fetch(`${url}${path}`, { headers })).status]).toEqual([path, 404]);
    }
    for (const path of [
      '/webhooks/../events',
      '//events',
      '/webhooks/%2e%2e/events',
      '/WEBHOOKS/../stats',
      '/%73ources',
      `${adminUrl}/sources`,
      `${url}/sources`,
    ]) {
      const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
      expect([path, (await postRaw(url, { path, headers, body: '{}' })).status]).toEqual([path, 404]);
    }
    for (const path of ['/webhooks/stripe', '/%77ebhooks/stripe', `${url}/webhooks/stripe`]) {
      const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
      expect([path, (await postRaw(adminUrl, { path, headers, body })).status]).toEqual([path, 404]);
      expect([path, (await postRaw(url, { path, headers, body })).status]).toEqual([path, 200]);
    }
    expect((await admin('/events')).status).toBe(200);
    expect((await admin('/%65vents')).status).toBe(200);
  });

  it('is live and ready', async () => {
    expect(await (await fetch(`${adminUrl}/health/live`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${adminUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { database: 'up', queue: 'up' }]);
  });

  it('logs JSON that follows an event by its id and source, and carries nothing that is secret', async () => {
    const secrets = [ADMIN_KEY, SECRETS_KEY, ...senders.map(({ secret }) => secret)];
    for (const sender of senders) {
      for (const type of sender.types) {
        const inHeader = randomUUID();
        const inBody = randomUUID();
        const { headers, body } = await withCanaries(sender, type, inHeader, inBody);
        secrets.push(headers[sender.header] ?? '', inHeader, inBody);
        const response = await installed.hookwell.post(sender.slug, body, headers);
        const { id } = (await response.json()) as { id: string };
        await settled(id);
        await installed.hookwell.post(sender.slug, body, { ...headers, [sender.header]: 'forged' });
        const lines = (): Record<string, unknown>[] => logLines().filter(({ eventId }) => eventId === id);
        await expect.poll(() => lines().map(({ msg }) => msg)).toEqual(['accepted', 'processed']);
        const about = lines();
        for (const line of about)
          expect(line).toMatchObject({ source: sender.slug, time: expect.any(String) as string });
      }
    }
    const refused = (): unknown[] =>
      logLines()
        .filter(({ reason }) => reason !== undefined)
        .map(({ source }) => source);
    await expect.poll(refused).toEqual(senders.map(({ slug }) => slug));
    const { log } = installed.hookwell.output;
    for (const secret of secrets) expect(log).not.toContain(secret);
  });

  it('ends on SIGTERM within 15 s, without losing what it has answered', async () => {
    const { hookwell } = installed;
    await admin('/sources', { name: SCRIPTED_SOURCE, provider: 'scripted', secret: SCRIPTED_SECRET });
    const load = new Load(hookwell, { script: () => 'OK', senders: 50, most: 50_000 });
    await load.further(200);
    const ended = await Promise.race([hookwell.end('SIGTERM'), delay(SHUTDOWN_MS, 'late')]);
    await load.stop();
    expect(ended).toEqual({ code: 0, signal: null });
    expect(load.refused).not.toEqual([]);
    await hookwell.restart();
    expect(await brokenPromises(installed.read, load.accepted)).toEqual(KEPT);
  });
});

describe('a first start', () => {
  it('makes an admin key, shows it once, and keeps only its hash', async () => {
    const hookwell = await Hookwell.start({ ADMIN_API_KEYS: '' });
    const shown = /Admin key\s+(\S+)/.exec(hookwell.output.words)?.[1] ?? '';
    const use = (): Promise<Response> =>
      fetch(`${hookwell.url}/events`, { headers: { authorization: `Bearer ${shown}` } });
    expect(shown.length).toBeGreaterThanOrEqual(32);
    expect((await use()).status).toBe(200);
    expect(hookwell.output.words).toContain(`ADMIN_KEY=${shown} npm run send -- --source stripe`);
    expect(hookwell.output.words).toContain('/docs');
    await hookwell.end('SIGTERM');
    const settings = await sqliteReader(join(hookwell.dataDir, 'hookwell.sqlite'))('SELECT * FROM settings');
    expect(JSON.stringify(settings)).toContain(createHash('sha256').update(shown).digest('hex'));
    for (const file of await readdir(hookwell.dataDir)) {
      expect([file, (await readFile(join(hookwell.dataDir, file))).includes(shown)]).toEqual([file, false]);
    }
    await hookwell.restart();
    expect(hookwell.output.words).not.toContain(shown);
    expect((await use()).status).toBe(200);
    await hookwell.stop();
  });

  it('makes a secrets key that only its owner can read', async () => {
    const hookwell = await Hookwell.start({ SECRETS_KEY: '' });
    const name = (await readdir(hookwell.dataDir)).find((file) => file.includes('key')) ?? '';
    const { mode } = await stat(`${hookwell.dataDir}/${name}`);
    expect((mode & 0o777).toString(8)).toBe('600');
    await hookwell.stop();
  });
});
