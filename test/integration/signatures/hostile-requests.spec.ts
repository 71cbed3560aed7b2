import {
  type KeyResolver,
  schemes,
  type SignatureScheme,
  type SignedRequest,
  verify,
  verifyAsync,
} from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { players } from '../../players/index.js';
import { ownPlayers } from '../../players/own.js';
import { genuine, NOW } from './requests/request.js';
import { received, schemeOf, verdictOf } from './verdicts.js';

describe.each([...players, ...ownPlayers])('hostile requests to $slug, played by $name', (player) => {
  it('are refused where a signed header is repeated, in any case', async () => {
    const { headers, body } = await genuine(player);
    for (const [name, value] of Object.entries(headers)) {
      for (const repeated of [{ [name]: [value, value] }, { [name]: value, [name.toUpperCase()]: value }]) {
        const request = { ...received({ headers, body }, player), headers: { ...headers, ...repeated } };
        expect(verify(schemeOf(player), request, [player.secret], NOW)).toMatchObject({
          reason: 'repeated_header',
        });
      }
    }
  });

  it('are refused where our clock has no time, if time matters', async () => {
    const delivery = received(await genuine(player), player);
    const verdict = verify(schemeOf(player), delivery, [player.secret], new Date(Number.NaN));
    expect(verdict.valid).toBe(player.clock?.tolerance === undefined);
  });

  it('are refused at once, however long a row of spaces is', async () => {
    const { headers, body } = await genuine(player);
    // Looked at anew from each of its spaces, it would keep everybody waiting for longer than this test may take.
    const spaced = `x${' '.repeat(1_000_000)}x`;
    expect(verdictOf(player, { headers: { ...headers, [player.header]: spaced }, body }).valid).toBe(false);
  });

  it('are no different for other headers among them', async () => {
    const { headers, body } = await genuine(player);
    const others = { host: 'hooks.example.com', accept: '*/*', [`${player.header}-old`]: 'x', '': '' };
    const reversed = Object.fromEntries(Object.entries({ ...others, ...headers }).reverse());
    expect(verdictOf(player, { headers: reversed, body }).valid).toBe(true);
  });
});

describe.each(Object.entries(schemes))('%s', (_, scheme: SignatureScheme) => {
  it.each([
    undefined,
    null,
    1,
    {},
    [],
    'text',
    { headers: null },
    { method: 'POST', url: '', headers: { 'stripe-signature': 1 }, rawBody: null },
    { method: 'POST', url: '', headers: [['a', 'b']], rawBody: '' },
  ])('never throws, whatever comes in place of a request: %j', (value) => {
    expect(verify(scheme, value as unknown as SignedRequest, ['a secret'], NOW).valid).toBe(false);
  });
});

/** Where no scheme has the slug that somebody has looked up, or nothing is given at all. */
it.each([undefined, null, {}])('no scheme, but %j, holds for nothing and throws nothing', async (none) => {
  const scheme = none as SignatureScheme;
  const request = { method: 'POST', url: '', headers: {}, rawBody: Buffer.from('') };
  const nobody = undefined as unknown as KeyResolver;
  expect(verify(scheme, request, ['a secret'], NOW).valid).toBe(false);
  expect((await verifyAsync(scheme, request, ['a secret'], NOW, nobody)).valid).toBe(false);
});
