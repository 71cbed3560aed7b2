import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, discordCall, plays, signedCall } from '../support/handshakes.js';
import { type Installed, modes } from '../support/modes.js';
import { rejectionsOf } from '../support/rejections.js';
import { sampleOf } from '../support/samples.js';

const HOOK_SECRET = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

describe.each(modes)('handshakes, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
    for (const { slug, secret, verifyToken } of plays) {
      await create(slug, slug, secret);
      if (verifyToken === undefined) continue;
      const body = { purpose: 'handshake', secret: verifyToken };
      const added = await installed.hookwell.admin(`/sources/${slug}/secrets`, { method: 'POST', body });
      expect(added.status).toBe(201);
    }
  });

  afterAll(() => installed.stop());

  async function create(name: string, provider: string, secret?: string): Promise<void> {
    const body = { name, provider, secret };
    expect((await installed.hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
  }

  async function send(source: string, { method, query = '', headers, body }: Call): Promise<Answer> {
    const response = await fetch(`${installed.hookwell.url}/webhooks/${source}${query}`, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: Buffer.from(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  const storedEvents = async (): Promise<number> => {
    const [row] = await installed.read<{ n: number }>('SELECT COUNT(*) AS n FROM events');
    return row?.n ?? 0;
  };

  async function counted(name: string, label: string): Promise<number> {
    const metrics = await (await fetch(`${installed.hookwell.url}/metrics`)).text();
    return Number(new RegExp(`^hookwell_${name}\\{${label}\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
  }

  async function accepted(source: string, call: Call): Promise<string> {
    const { status, body } = await send(source, call);
    expect(status).toBe(200);
    return (JSON.parse(body) as { id: string }).id;
  }

  describe.each(plays)('of $slug', ({ slug, call, answer, wrong }) => {
    const handshakes = (): Promise<number> => counted('handshakes_total', `provider="${slug}"`);

    it('is answered before there is any handler, counted, and not stored', async () => {
      const before = [await storedEvents(), await handshakes()] as const;
      const { status, headers, body } = await send(slug, await call());
      expect({ status, type: headers.get('content-type'), body }).toEqual({
        status: answer.status,
        type: answer.type,
        body: answer.body,
      });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('set-cookie')).toBeNull();
      expect([await storedEvents(), await handshakes()]).toEqual([before[0], before[1] + 1]);
    });

    it.each(Object.entries(wrong))('is refused %s', async (_, forgery) => {
      const before = [await storedEvents(), await handshakes()];
      const { status, headers, body } = await send(slug, await forgery.call());
      expect(status).toBe(forgery.status);
      expect(headers.get('set-cookie')).toBeNull();
      // What outsiders are told is the same, whatever is wrong (promise P5).
      const other = await send(forgery.status === 404 ? 'nobody' : slug, {
        method: forgery.status === 404 ? 'GET' : 'POST',
        ...(forgery.status === 401 && { body: 'no handshake' }),
      });
      expect([status, body]).toEqual([other.status, other.body]);
      expect([await storedEvents(), await handshakes()]).toEqual(before);
    });

    it('is for a source that there is, of this provider, and enabled', async () => {
      expect(await send('nobody', await call())).toMatchObject({ status: 404 });
      const elsewhere = await send(slug === 'okta' ? 'slack' : 'okta', await call());
      expect([401, 404]).toContain(elsewhere.status);
      const enable = (enabled: boolean): Promise<Response> =>
        installed.hookwell.admin(`/sources/${slug}`, { method: 'PATCH', body: { enabled } });
      await enable(false);
      const disabled = await send(slug, await call());
      await enable(true);
      expect(disabled.status).toBe(404);
      expect((await send(slug, await call())).status).toBe(answer.status);
    });
  });

  it('that nobody has asked for are counted among what is refused', async () => {
    const before = await counted('rejected_total', 'reason="no_handshake"');
    expect((await send('dropbox', { method: 'GET' })).status).toBe(404);
    expect(await counted('rejected_total', 'reason="no_handshake"')).toBe(before + 1);
  });

  it('that are not agreed to are listed with the reason', async () => {
    const wrong = {
      method: 'GET',
      query: '?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1',
    } as const;
    expect((await send('meta', wrong)).status).toBe(404);
    const detail =
      'hub.verify_token is none of the secrets of the source whose purpose is handshake; POST /sources/{name}/secrets adds one';
    await expect
      .poll(async () => (await rejectionsOf(installed.hookwell, 'meta'))[0])
      .toMatchObject({ reason: 'no_handshake', detail });
  });

  describe('of asana', () => {
    const bringing = (secret: string): Call => ({
      method: 'POST',
      headers: { 'x-hook-secret': secret },
      body: '',
    });
    const event = sampleOf('asana', 'task.changed');

    it('brings the secret by which all that follows is verified', async () => {
      await create('asana', 'asana');
      expect((await send('asana', await signedCall('asana', event, { secret: HOOK_SECRET }))).status).toBe(
        401,
      );
      const { status, headers, body } = await send('asana', bringing(HOOK_SECRET));
      expect([status, headers.get('x-hook-secret'), body]).toEqual([200, HOOK_SECRET, '']);
      const id = await accepted('asana', await signedCall('asana', event, { secret: HOOK_SECRET }));
      expect(await installed.hookwell.settled(id)).toMatchObject({ type: 'task.changed' });
    });

    it('brings none where there is one, and the first goes on verifying', async () => {
      const { status, headers, body } = await send('asana', bringing('0'.repeat(64)));
      expect([status, headers.get('x-hook-secret')]).toEqual([401, null]);
      await expect
        .poll(async () => (await rejectionsOf(installed.hookwell, 'asana'))[0]?.detail)
        .toContain('the source has or had one, which no handshake replaces');
      expect(body).toBe((await send('asana', { method: 'POST', body: '{}' })).body);
      const forged = await signedCall('asana', event, { secret: '0'.repeat(64) });
      expect((await send('asana', forged)).status).toBe(401);
      await accepted(
        'asana',
        await signedCall('asana', event.replace('67890', '1'), { secret: HOOK_SECRET }),
      );
    });

    it('keeps one secret of two that come at once', async () => {
      await create('asana-2', 'asana');
      const secrets = Array.from({ length: 6 }, (_, index) => String(index).repeat(32));
      const answers = await Promise.all(secrets.map((secret) => send('asana-2', bringing(secret))));
      const kept = secrets.filter((_, index) => answers[index]?.status === 200);
      expect([kept.length, answers.filter(({ status }) => status === 401).length]).toEqual([1, 5]);
      await accepted('asana-2', await signedCall('asana', event, { secret: kept[0] ?? '' }));
    });

    it.each(['short', 'with a space'.padEnd(20), 'x'.repeat(257)])(
      'brings no such secret: %j',
      async (secret) => {
        const name = `asana-of-${secret.length}`;
        await create(name, 'asana');
        expect((await send(name, bringing(secret))).status).toBe(401);
      },
    );

    it('is also its heartbeat, which is no event', async () => {
      const before = await storedEvents();
      const beat = await signedCall('asana', '{"events": []}', { secret: HOOK_SECRET });
      expect(await send('asana', beat)).toMatchObject({ status: 200, body: '' });
      expect((await send('asana', { ...beat, headers: {} })).status).toBe(401);
      expect(await storedEvents()).toBe(before);
    });

    it('keeps nothing of those that it has refused', async () => {
      const secrets = (await (await installed.hookwell.admin('/sources/asana/secrets')).json()) as unknown[];
      expect(secrets).toHaveLength(1);
    });

    it('brings no other one once the first is revoked, for it might be a stranger who brings it', async () => {
      const { hookwell } = installed;
      const path = '/sources/asana-2/secrets';
      const [secret] = (await (await hookwell.admin(path)).json()) as { id: string }[];
      await hookwell.admin(`${path}/${secret?.id ?? ''}`, { method: 'DELETE' });
      expect((await send('asana-2', bringing('f'.repeat(64)))).status).toBe(401);
      expect((await (await hookwell.admin(path)).json()) as unknown[]).toHaveLength(1);
    });

    it('is, beside that of notion, the only one that a source can wait for without a secret', async () => {
      const body = { name: 'no-secret', provider: 'slack' };
      const answer = await installed.hookwell.admin('/sources', { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('secret must be a text');
    });
  });

  describe('are no events, and events are no handshakes:', () => {
    it("Discord's events have the number of an interaction's PING, and are stored", async () => {
      const event = sampleOf('discord', 'ENTITLEMENT_CREATE');
      const before = await storedEvents();
      const { status, body } = await send('discord', await discordCall(event));
      expect([status, body, await storedEvents()]).toEqual([204, '', before + 1]);
    });

    it("Discord's PING for webhook events is answered without a body", async () => {
      const { status, headers, body } = await send('discord', await discordCall('{"version":1,"type":0}'));
      expect([status, headers.get('content-type'), body]).toEqual([204, 'application/json', '']);
    });

    it("Twitch's revocation is an event, for somebody to see", async () => {
      const headers = { 'twitch-eventsub-message-type': 'revocation' };
      const call = await signedCall('twitch', sampleOf('twitch', 'revocation'), {
        headers,
        id: 'msg_revoked',
      });
      const id = await accepted('twitch', call);
      expect(await installed.hookwell.settled(id)).toMatchObject({ type: 'revocation' });
    });

    it.each([
      ['xero', 'CONTACT.UPDATE', 200],
      ['okta', 'user.session.start', 200],
    ])("%s's %s is answered without a body or a cookie", async (slug, type, expected) => {
      const body = sampleOf(slug, type);
      const before = await storedEvents();
      const headers = { authorization: 'Basic b2t0YTpzZWNyZXQ=' };
      const call: Call = slug === 'xero' ? await signedCall(slug, body) : { method: 'POST', headers, body };
      const answer = await send(slug, call);
      expect([answer.status, answer.body, answer.headers.get('set-cookie')]).toEqual([expected, '', null]);
      expect(await storedEvents()).toBe(before + 1);
    });

    it('Okta may name another header than authorization, which is not kept', async () => {
      const source = { name: 'okta-named', provider: 'okta', secret: 'X-Okta-Key: s3cret of ours' };
      const made = await installed.hookwell.admin('/sources', { method: 'POST', body: source });
      expect(made.status).toBe(201);
      const headers = { 'x-okta-verification-challenge': 'a' };
      expect(await send('okta-named', { method: 'GET', headers })).toMatchObject({
        status: 200,
        body: '{"verification":"a"}',
      });
      const body = sampleOf('okta', 'user.session.start');
      const call: Call = {
        method: 'POST',
        headers: { 'x-okta-key': 's3cret of ours', 'x-other': 'b' },
        body,
      };
      expect((await send('okta-named', call)).status).toBe(200);
      expect(
        (await send('okta-named', { ...call, headers: { authorization: 's3cret of ours' } })).status,
      ).toBe(401);
      const [kept] = await installed.read<{ headers: string }>(
        'SELECT headers FROM event_payloads ORDER BY event_id DESC LIMIT 1',
      );
      expect(Object.keys(JSON.parse(kept?.headers ?? '') as object)).toContain('x-other');
      expect(kept?.headers).not.toContain('s3cret');
    });

    it('Xero is refused without a body as well', async () => {
      const { status, body } = await send('xero', { method: 'POST', body: '{"events":[]}' });
      expect([status, body]).toEqual([401, '']);
    });

    it('Dropbox says of two changes the same, and neither is a repeat', async () => {
      const call = await signedCall('dropbox', sampleOf('dropbox', 'list_folder'), {
        secret: 'an app secret',
      });
      expect(await accepted('dropbox', call)).not.toBe(await accepted('dropbox', call));
    });

    it('nothing that X has us sign is taken for an event', async () => {
      for (const token of ['challenge', '7', 'null', 'true']) {
        const { body } = await send('x', { method: 'GET', query: `?crc_token=${token}` });
        const { response_token: signature } = JSON.parse(body) as { response_token: string };
        const headers = { 'x-twitter-webhooks-signature': signature };
        expect((await send('x', { method: 'POST', headers, body: token })).status).toBe(401);
      }
    });

    it('nothing that Zoom has us sign is taken for an event', async () => {
      const token = 'v0:1654503849:{}';
      const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: token } });
      const answer = await send('zoom', await signedCall('zoom', body));
      const signature = createHmac('sha256', 'a zoom secret token').update(token).digest('hex');
      expect(answer.body).not.toContain(signature);
    });
  });
});
