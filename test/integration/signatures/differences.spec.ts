import { readFileSync } from 'node:fs';
import { schemes } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { players } from '../../players/index.js';
import { ownPlayers } from '../../players/own.js';
import { ownSenders } from '../../support/own-senders/index.js';
import { differences } from './differences/index.js';
import { requests } from './requests/index.js';
import { requestsOf } from './requests/own.js';

/** What each package is tried with, or what stands for one. */
const tried = new Set([
  ...[...players, ...ownPlayers].flatMap((player) =>
    requests.filter(({ only }) => only?.(player) ?? true).map(({ name }) => `${player.name}: ${name}`),
  ),
  ...ownSenders.flatMap((sender) => requestsOf(sender).map(({ name }) => `${sender.name}: ${name}`)),
]);

describe('the differences', () => {
  const documentation = readFileSync('docs/signatures.md', 'utf8');

  it('are each tried', () => {
    const listed = differences.flatMap((each) =>
      each.packages.flatMap((name) => each.requests.map((request) => `${name}: ${request}`)),
    );
    expect(listed.filter((each) => !tried.has(each))).toEqual([]);
    expect(listed.length).toBe(new Set(listed).size);
  });

  it('are told to readers, all and nothing else', () => {
    const told = documentation.split('\n').filter((line) => line.startsWith('- **'));
    const lines = differences.map(
      ({ requests, packages, why }) =>
        `- **${requests.join('; ')}** (${packages.map((name) => `\`${name}\``).join(', ')}): ${why}`,
    );
    expect(told).toEqual(lines);
  });
});

describe('the schemes', () => {
  const documentation = readFileSync('docs/signatures.md', 'utf8');

  it('have a player each, where they are one HMAC', () => {
    const played = new Set(players.map(({ slug }) => slug));
    const templates = Object.keys(schemes).filter((slug) => {
      const scheme = schemes[slug];
      return scheme?.keys === 'given' && scheme.template !== undefined;
    });
    expect(templates.filter((slug) => !played.has(slug))).toEqual([]);
  });

  it('are all in the documentation', () => {
    expect(Object.keys(schemes).filter((slug) => !documentation.includes(`| [${slug}](`))).toEqual([]);
  });
});
