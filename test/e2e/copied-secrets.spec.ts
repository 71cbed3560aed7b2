import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, signedCall } from '../support/handshakes.js';
import { ADMIN_KEY } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { sampleOf } from '../support/samples.js';

const TOKEN = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const OTHER_TOKEN = 'secret_aaaaL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const ANNS_KEY = 'the-admins-key-0123456789';
const OTTOS_KEY = 'the-operators-key-0123456789';
const NO_ID = '0198c2a0-1b22-7d44-8a66-9c8d7e6f5a4b';
const EVENT = sampleOf('notion', 'page.created');

const bringing = (token: unknown, more: object = {}): Call => ({
  method: 'POST',
  body: JSON.stringify({ verification_token: token, ...more }),
});

describe.each(modes)('secrets that a person has to copy, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install({
      ADMIN_API_KEYS: `${ADMIN_KEY}, ann:admin:${ANNS_KEY}, otto:operator:${OTTOS_KEY}`,
    });
  });

  afterAll(() => installed.stop());

  async function create(name: string, provider = 'notion'): Promise<void> {
    const answer = await installed.hookwell.admin('/sources', { method: 'POST', body: { name, provider } });
    expect(answer.status).toBe(201);
  }

  async function send(source: string, { headers = {}, body = '' }: Call): Promise<[number, string]> {
    const answer = await installed.hookwell.post(source, body, { ...headers });
    return [answer.status, await answer.text()];
  }

  const signed = async (token: string, body = EVENT): Promise<Call> =>
    signedCall('notion', body, { secret: token });

  const storedEvents = async (): Promise<number> => {
    const [row] = await installed.read<{ n: number }>('SELECT COUNT(*) AS n FROM events');
    return row?.n ?? 0;
  };

  describe('are brought by Notion', () => {
    it('and verify all that follows', async () => {
      await create('notion');
      expect((await send('notion', await signed(TOKEN)))[0]).toBe(401);
      expect(await send('notion', bringing(TOKEN))).toEqual([200, '']);
      const [status, body] = await send('notion', await signed(TOKEN));
      expect(status).toBe(200);
      const { id } = JSON.parse(body) as { id: string };
      expect(await installed.hookwell.settled(id)).toMatchObject({ type: 'page.created' });
    });

    it('once: another one is refused, and the first goes on verifying', async () => {
      const refused = await send('notion', { method: 'POST', body: '{}' });
      expect(await send('notion', bringing(OTHER_TOKEN))).toEqual(refused);
      expect(refused[0]).toBe(401);
      expect((await send('notion', await signed(OTHER_TOKEN)))[0]).toBe(401);
      expect((await send('notion', await signed(TOKEN)))[0]).toBe(200);
    });

    it('again, signed or not, without being stored in an event', async () => {
      const before = await storedEvents();
      const again = bringing(TOKEN);
      expect(await send('notion', again)).toEqual([200, '']);
      expect(await send('notion', await signed(TOKEN, again.body))).toEqual([200, '']);
      expect(await storedEvents()).toBe(before);
    });

    it('one alone, of several that come at once', async () => {
      await create('notion-2');
      const tokens = Array.from({ length: 6 }, (_, index) => `secret_${String(index).repeat(32)}`);
      const answers = await Promise.all(tokens.map((token) => send('notion-2', bringing(token))));
      const kept = tokens.filter((_, index) => answers[index]?.[0] === 200);
      expect([kept.length, answers.filter(([status]) => status === 401).length]).toEqual([1, 5]);
      expect((await send('notion-2', await signed(kept[0] ?? '')))[0]).toBe(200);
    });

    it.each([
      ['short', {}],
      ['with a space'.padEnd(20), {}],
      ['x'.repeat(257), {}],
      [7, {}],
      [TOKEN, { type: 'page.created' }],
    ])('in no other way: %j %j', async (token, more) => {
      const name = `notion-of-${JSON.stringify([token, more]).length}`;
      await create(name);
      expect((await send(name, bringing(token, more)))[0]).toBe(401);
      expect(await (await installed.hookwell.admin(`/sources/${name}/secrets`)).json()).toEqual([]);
    });
  });

  interface Secret {
    readonly id: string;
    readonly revealable: boolean;
    readonly lastUsedAt: string | null;
  }

  interface Shown {
    readonly status: number;
    readonly body: { readonly value?: string; readonly detail?: string };
  }

  const list = async (source: string): Promise<Secret[]> =>
    (await (await installed.hookwell.admin(`/sources/${source}/secrets`)).json()) as Secret[];

  const revealing = (source: string, id: string, key?: string): Promise<Response> =>
    installed.hookwell.admin(`/sources/${source}/secrets/${id}/reveal`, { method: 'POST', key });

  async function reveal(source: string, id: string, key?: string): Promise<Shown> {
    const answer = await revealing(source, id, key);
    return { status: answer.status, body: (await answer.json()) as Shown['body'] };
  }

  /** A source whose secret has been brought, and that secret's id. */
  async function brought(name: string): Promise<string> {
    await create(name);
    expect((await send(name, bringing(TOKEN)))[0]).toBe(200);
    const [secret] = await list(name);
    return secret?.id ?? '';
  }

  const refusal = (status: number, says: string): unknown => ({
    status,
    body: expect.objectContaining({ detail: expect.stringContaining(says) as string }) as unknown,
  });

  describe('are revealed', () => {
    it('to an admin, once, and verify what follows', async () => {
      const id = await brought('once');
      const secrets = await list('once');
      expect(secrets).toMatchObject([{ id, revealable: true, lastUsedAt: null }]);
      expect(JSON.stringify(secrets)).not.toContain(TOKEN);
      const answer = await revealing('once', id, ANNS_KEY);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(await answer.json()).toEqual({ id, value: TOKEN });
      expect(await reveal('once', id)).toEqual(refusal(409, `${id} was shown already, and is shown once;`));
      expect(await list('once')).toMatchObject([{ id, revealable: false }]);
      expect((await send('once', await signed(TOKEN)))[0]).toBe(200);
    });

    it('to no operator', async () => {
      const id = await brought('operators');
      expect(await reveal('operators', id, OTTOS_KEY)).toEqual(refusal(403, 'the role admin'));
      expect(await list('operators')).toMatchObject([{ revealable: true }]);
    });

    it('with a record of who it was, and none of the value', async () => {
      const id = await brought('recorded');
      await reveal('recorded', id, ANNS_KEY);
      await reveal('recorded', id);
      const audit = await installed.hookwell.admin('/audit?command=secret.reveal');
      const { entries } = (await audit.json()) as { entries: unknown[] };
      expect(entries.slice(0, 2)).toMatchObject([
        { outcome: 'REFUSED', target: 'recorded', details: { id } },
        { outcome: 'DONE', keyId: 'ann', target: 'recorded', details: { id }, affected: 1 },
      ]);
      const rows = await installed.read("SELECT * FROM audit_log WHERE target = 'recorded'");
      expect(rows).toHaveLength(3);
      expect(JSON.stringify(rows)).not.toContain(TOKEN);
    });

    it('to one of those who ask at the same moment', async () => {
      const id = await brought('raced');
      const answers = await Promise.all(Array.from({ length: 6 }, () => reveal('raced', id)));
      const statuses = answers.map(({ status }) => status).toSorted();
      expect(statuses).toEqual([200, 409, 409, 409, 409, 409]);
    });

    it('to nobody once they have verified an event', async () => {
      const id = await brought('used');
      expect((await send('used', await signed(TOKEN)))[0]).toBe(200);
      expect(await reveal('used', id)).toEqual(refusal(409, `A request has been verified with ${id}`));
      expect(await list('used')).toMatchObject([
        { id, revealable: false, lastUsedAt: expect.any(String) as string },
      ]);
    });

    it('to nobody once they are revoked', async () => {
      const id = await brought('revoked');
      await installed.hookwell.admin(`/sources/revoked/secrets/${id}`, { method: 'DELETE' });
      expect(await reveal('revoked', id)).toEqual(refusal(404, `There is no secret ${id}`));
      expect(await list('revoked')).toMatchObject([{ id, revealable: false }]);
    });

    it('to nobody where another has taken their place', async () => {
      const id = await brought('replaced');
      const path = '/sources/replaced/secrets';
      const added = await installed.hookwell.admin(path, {
        method: 'POST',
        body: { secret: OTHER_TOKEN, overlapSeconds: 0 },
      });
      expect(await added.json()).toMatchObject({ revealable: false });
      expect(await reveal('replaced', id)).toEqual(refusal(409, `${id} has expired`));
      expect(await list('replaced')).toMatchObject([{ revealable: false }, { id, revealable: false }]);
    });

    it('never, where an admin gave them', async () => {
      const body = { name: 'given', provider: 'notion', secret: TOKEN };
      await installed.hookwell.admin('/sources', { method: 'POST', body });
      const [secret] = await list('given');
      expect(secret).toMatchObject({ revealable: false });
      expect(await reveal('given', secret?.id ?? '')).toEqual(refusal(409, 'never shown'));
    });

    it('never, where nobody has to copy them', async () => {
      await create('asana', 'asana');
      const hookSecret = 'b537207f20cbfa02357cf448134da559';
      const answer = await send('asana', { method: 'POST', headers: { 'x-hook-secret': hookSecret } });
      expect(answer[0]).toBe(200);
      const [secret] = await list('asana');
      expect(secret).toMatchObject({ revealable: false });
      expect(await reveal('asana', secret?.id ?? '')).toEqual(refusal(409, 'never shown'));
    });

    it('by their own source and id', async () => {
      const id = await brought('own');
      expect(await reveal('nowhere', id)).toEqual(refusal(404, 'There is no source named nowhere'));
      expect(await reveal('given', id)).toEqual(refusal(404, `There is no secret ${id}`));
      expect(await reveal('own', NO_ID)).toEqual(refusal(404, `There is no secret ${NO_ID}`));
      expect(await reveal('own', 'x')).toEqual(refusal(400, 'id must be the id of a secret'));
      expect((await reveal('own', id)).body.value).toBe(TOKEN);
    });
  });
});
