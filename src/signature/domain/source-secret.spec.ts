import { describe, expect, it } from 'vitest';
import {
  lacksSecret,
  newestSecrets,
  type SecretPurpose,
  type SourceSecret,
  type UnopenedSecret,
} from './source-secret.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const unopened = (id: string, change: Partial<UnopenedSecret> = {}): UnopenedSecret => ({
  ...{ id, purpose: 'signature', expiresAt: null },
  ...change,
});
const opened = (id: string, change: Partial<SourceSecret> = {}): SourceSecret => ({
  ...{ id, purpose: 'signature', value: `the value of ${id}`, expiresAt: null, lastUsedAt: null },
  ...change,
});

describe('lacksSecret', () => {
  it.each<[string, Partial<UnopenedSecret>, readonly SecretPurpose[], boolean]>([
    ['of the purpose', {}, ['signature'], true],
    ['of one of the purposes', { purpose: 'handshake' }, ['signature', 'handshake'], true],
    ['of another purpose', { purpose: 'basic' }, ['signature', 'handshake'], false],
    ['that still counts', { expiresAt: new Date(NOW.getTime() + 1) }, ['signature'], true],
    ['that is over', { expiresAt: NOW }, ['signature'], false],
  ])('of one that does not open, %s', (_, change, purposes, expected) => {
    expect(lacksSecret({ unopened: [unopened('a', change)] }, purposes, NOW)).toBe(expected);
  });
});

describe('newestSecrets', () => {
  it.each<[string, readonly UnopenedSecret[], readonly string[]]>([
    ['all where all open', [], ['d', 'b']],
    ['those that are newer than one that does not', [unopened('c')], ['d']],
    ['none where the newest does not', [unopened('e'), unopened('a')], []],
    ['all where that is for something else', [unopened('e', { purpose: 'basic' })], ['d', 'b']],
    ['all where that is over', [unopened('e', { expiresAt: NOW })], ['d', 'b']],
  ])('are %s', (_, lost, expected) => {
    const secrets = [opened('d'), opened('c2', { purpose: 'basic' }), opened('b')];
    const newest = newestSecrets({ secrets, unopened: lost }, 'signature', NOW);
    expect(newest.map(({ id }) => id)).toEqual(expected);
  });
});
