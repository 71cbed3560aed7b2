import { readFileSync } from 'node:fs';
import { schemes } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { players } from '../../players/index.js';
import type { Player } from '../../players/player.js';
import { differences } from './differences.js';
import { requests } from './requests/index.js';
import { NOW } from './requests/request.js';
import { verdictOf } from './verdicts.js';

const differs = (player: Player, request: string): boolean =>
  differences.some(({ requests, packages }) => requests.includes(request) && packages.includes(player.name));

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

  describe.each(players)('$slug, played by $name', (player) => {
    it.each(requests.filter(({ only }) => only?.(player) ?? true))(
      'finds $name: $verdict',
      async ({ name, verdict, make }) => {
        const delivery = await make(player);
        const answer = verdictOf(player, delivery);
        expect(answer.valid ? 'valid' : answer.reason).toBe(verdict);
        const theirs = await player.verify?.(delivery, player.secret);
        if (theirs !== undefined) expect(theirs).toBe(answer.valid !== differs(player, name));
      },
    );
  });
});

describe('the table', () => {
  const documentation = readFileSync('docs/signatures.md', 'utf8');

  it('has a player for every scheme that is one HMAC', () => {
    const played = new Set(players.map(({ slug }) => slug));
    const templates = Object.keys(schemes).filter((slug) => {
      const scheme = schemes[slug];
      return scheme?.keys === 'given' && scheme.template !== undefined;
    });
    expect(templates.filter((slug) => !played.has(slug))).toEqual([]);
  });

  it('names only requests and packages that there are', () => {
    const known = [...requests, ...players].map(({ name }) => name);
    const named = differences.flatMap((each) => [...each.requests, ...each.packages]);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(differences)('is told to readers: $why', ({ why }) => {
    expect(documentation.replaceAll(/\s+/g, ' ')).toContain(why);
  });

  it('leaves no scheme out of the documentation', () => {
    expect(Object.keys(schemes).filter((slug) => !documentation.includes(`| [${slug}](`))).toEqual([]);
  });
});
