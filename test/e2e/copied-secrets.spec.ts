import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, signedCall } from '../support/handshakes.js';
import { type Installed, modes } from '../support/modes.js';
import { sampleOf } from '../support/samples.js';

const TOKEN = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const OTHER_TOKEN = 'secret_aaaaL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const EVENT = sampleOf('notion', 'page.created');

const bringing = (token: unknown, more: object = {}): Call => ({
  method: 'POST',
  body: JSON.stringify({ verification_token: token, ...more }),
});

describe.each(modes)('secrets that a person has to copy, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
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
});
