import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { players } from '../../players/index.js';
import { ownPlayers } from '../../players/own.js';
import { differs } from './differences/index.js';
import { requests } from './requests/index.js';
import { NOW } from './requests/request.js';
import { verdictOf } from './verdicts.js';

describe("verify, beside the providers' own packages", () => {
  beforeAll(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    // One of the packages tells of every request.
    vi.spyOn(console, 'debug').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
  });

  afterAll(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  describe.each([...players, ...ownPlayers])('$slug, played by $name', (player) => {
    it.each(requests.filter(({ only }) => only?.(player) ?? true))(
      'finds $name: $verdict',
      async ({ name, verdict, make }) => {
        const delivery = await make(player);
        const answer = verdictOf(player, delivery);
        expect(answer.valid ? 'valid' : answer.reason).toBe(verdict);
        const theirs = await player.verify?.(delivery, player.secret);
        if (theirs !== undefined) expect(theirs).toBe(answer.valid !== differs(player.name, name));
      },
    );
  });
});
