import { secretProblem, sign, verify } from 'hookwell/signatures';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { players } from '../../players/index.js';
import { ADDRESS } from '../../players/player.js';
import { genuine, NOW } from './requests/request.js';
import { received, schemeOf, verdictOf } from './verdicts.js';

describe.each(players)('the secrets of $slug, played by $name', (player) => {
  const { secret, otherSecret } = player;

  it('verify whichever is in use, and it is said which', async () => {
    const delivery = await genuine(player);
    expect(verdictOf(player, delivery, [otherSecret, secret])).toEqual({ valid: true, secretIndex: 1 });
    expect(verdictOf(player, delivery, ['', secret, otherSecret])).toEqual({ valid: true, secretIndex: 1 });
    expect(verdictOf(player, delivery, [otherSecret])).toMatchObject({ reason: 'signature_mismatch' });
  });

  it('verify nothing when there is none of use', async () => {
    const delivery = await genuine(player);
    expect(verdictOf(player, delivery, [])).toMatchObject({ reason: 'no_secret' });
    expect(verdictOf(player, delivery, ['', ' '])).toMatchObject({ reason: 'no_secret' });
  });

  it('have nothing wrong with them', () => {
    expect(secretProblem(schemeOf(player), secret)).toBeNull();
  });
});

describe.each(players.filter(({ otherNames }) => !otherNames))(
  'the secrets of $slug, used by us, beside $name',
  (player) => {
    const { secret } = player;

    it('are never an empty key', async () => {
      const { body } = await genuine(player);
      const message = { id: 'msg_1', now: NOW, rawBody: Buffer.from(body), url: ADDRESS };
      const forged = { body, headers: sign(schemeOf(player), message, '') };
      expect(verdictOf(player, forged, ['', secret])).toMatchObject({ reason: 'signature_mismatch' });
    });

    it('sign as the provider does', async () => {
      const { headers, body } = await genuine(player);
      const message = { id: 'msg_1', now: NOW, rawBody: Buffer.from(body), url: ADDRESS };
      const signed = sign(schemeOf(player), message, secret);
      // Of the providers, one puts spaces into its list.
      const plain = Object.entries(headers).map(([name, value]) => [name, value.replace(', ', ',')]);
      expect(signed).toEqual(Object.fromEntries(plain));
      expect(
        verify(schemeOf(player), { ...received({ headers: signed, body }, player) }, [secret], NOW).valid,
      ).toBe(true);
    });
  },
);

describe('secretProblem, for Standard Webhooks', () => {
  it('refuses what the package cannot read, and no more', () => {
    const scheme = schemeOf(
      players.find(({ slug }) => slug === 'standard-webhooks') as (typeof players)[number],
    );
    const texts = [
      'C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      'C2FVsBQIhrscChlQIMV-b5sSYspob7oD',
      'AAAA',
      'AAA=',
      'AA==',
      'whsec_AAAA',
      'whsec_',
      'A',
      'AAA',
      '*',
      'AA AA',
    ];
    for (const text of texts) {
      let readable = true;
      try {
        new Webhook(text);
      } catch {
        readable = false;
      }
      expect([text, secretProblem(scheme, text) === null]).toEqual([text, readable]);
    }
  });
});
