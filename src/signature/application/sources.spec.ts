import { Logger } from '@nestjs/common';
import { hmac, type HmacTemplate } from 'hookwell/signatures';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import type { SqlDatabase } from '../../platform/database/sql-database.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { definition } from '../../providers/github/provider.js';
import type { SecretsKey } from '../../platform/secrets/secrets-key.js';
import { Access } from '../domain/access.js';
import { encryptSecret } from '../infrastructure/secret-cipher.js';
import type { SecretStore } from '../infrastructure/secret-store.js';
import { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
import { SourceEntity } from '../infrastructure/source.entity.js';
import { SourceCommands } from './source-commands.js';
import { Sources } from './sources.js';

const REFRESH_MS = 250;
const READ_MS = 3000;
const KEY = Buffer.alloc(32, 1);

const encrypted = (name: string, source: string): string =>
  encryptSecret(`secret of ${name}`, { source, purpose: 'signature' }, KEY);

describe('Sources', () => {
  let sources: Sources;
  let commands: SourceCommands;
  /** What the table holds, or what becomes of the reading that asks next. */
  let rows: SourceEntity[];
  let secrets: SourceSecretEntity[];
  let next: Promise<SourceEntity[]> | undefined;
  let readings: number;
  /** What the key file holds beside the key that it had at the start. */
  let laterKeys: Buffer[];
  let errors: MockInstance<Logger['error']>;

  beforeEach(() => {
    vi.useFakeTimers();
    errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    readings = 0;
    secrets = [];
    laterKeys = [];
    next = undefined;
    const repository = {
      find: () => {
        readings += 1;
        return next ?? Promise.resolve(rows);
      },
      findOneBy: () => Promise.resolve(rows[0] ?? null),
    };
    const session = {
      run: (_: string, [enabled]: readonly unknown[]) => {
        rows = rows.map((row) => Object.assign(new SourceEntity(), row, { enabled: Boolean(enabled) }));
        return Promise.resolve(rows.length);
      },
    };
    const transaction = (work: (given: typeof session) => Promise<number>): Promise<number> => work(session);
    const store = {
      active: () => Promise.resolve(secrets),
      revoke: (_: string, id: string) => {
        secrets = secrets.filter((secret) => secret.id !== id);
        return Promise.resolve(null);
      },
    };
    const clock = { now: () => new Date() };
    sources = new Sources(
      { getRepository: () => repository } as unknown as DataSource,
      new ProviderCatalog([definition]),
      store as unknown as SecretStore,
      { all: () => Promise.resolve([KEY]), now: () => laterKeys } as unknown as SecretsKey,
      clock,
    );
    const database = { transaction } as unknown as SqlDatabase;
    commands = new SourceCommands(database, store as unknown as SecretStore, sources, clock);
  });

  afterEach(async () => {
    await sources.beforeApplicationShutdown();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** A source with a secret, whose value may be no ciphertext or another's. */
  function row(
    name: string,
    { value, ...change }: Partial<SourceEntity> & { value?: string } = {},
  ): SourceEntity {
    const mine = encrypted(name, name);
    const times = { expiresAt: null, lastUsedAt: null };
    const secret = {
      id: `${name} ${value}`,
      source: name,
      purpose: 'signature',
      value: value ?? mine,
      ...times,
    };
    secrets = [
      ...secrets.filter(({ source }) => source !== name),
      Object.assign(new SourceSecretEntity(), secret),
    ];
    return Object.assign(
      new SourceEntity(),
      { name, provider: 'github', enabled: true, access: null },
      change,
    );
  }

  const refreshed = (): Promise<unknown> => vi.advanceTimersByTimeAsync(REFRESH_MS);
  const readable = (name: string): Record<string, unknown> => ({
    name,
    enabled: true,
    definition,
    secrets: [expect.objectContaining({ value: `secret of ${name}` })],
    unopened: [],
    access: expect.any(Access) as Access,
  });
  const unreadable = (name: string): Record<string, unknown> => ({
    name,
    enabled: true,
    unopened: [],
    problem: expect.any(String) as string,
  });

  /** A reading that the test brings to its end. */
  function pending(): { promise: Promise<SourceEntity[]>; resolve: (rows: SourceEntity[]) => void } {
    let resolve: (rows: SourceEntity[]) => void = () => undefined;
    const promise = new Promise<SourceEntity[]>((done) => {
      resolve = done;
    });
    return { promise, resolve };
  }

  it.each([
    ['of a provider that is not there', { provider: 'gone' }],
    ['whose access rules are no JSON', { access: '{' }],
    ['whose access rules are none', { access: '{"allowedAddresses":"10.0.0.0/8"}' }],
  ])('starts and keeps the others up to date with a source %s', async (_, broken) => {
    rows = [row('first'), row('broken', broken), row('last')];
    await sources.onApplicationBootstrap();
    expect(sources.find('first')).toEqual(readable('first'));
    expect(sources.find('broken')).toEqual(unreadable('broken'));
    expect(sources.find('last')).toEqual(readable('last'));
    rows = [...rows, row('added')];
    await refreshed();
    expect(sources.find('added')).toEqual(readable('added'));
  });

  it.each([
    ['does not decrypt', encrypted('moved here', 'another')],
    ['is no ciphertext', ''],
  ])('keeps the other secrets of a source of which one %s, and flags that one', async (_, value) => {
    rows = [row('one')];
    const [good] = secrets as [SourceSecretEntity];
    const bad = Object.assign(new SourceSecretEntity(), good, { id: 'bad', value, revokedAt: null });
    secrets = [bad, good];
    await sources.onApplicationBootstrap();
    expect(sources.find('one')).toEqual({
      ...readable('one'),
      unopened: [{ id: 'bad', purpose: 'signature', expiresAt: null }],
    });
    const revoked = Object.assign(new SourceSecretEntity(), bad, { revokedAt: new Date() });
    const elsewhere = Object.assign(new SourceSecretEntity(), bad, { source: 'two' });
    expect([bad, good, revoked, elsewhere].map((secret) => sources.isUnopened(secret))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    await refreshed();
    expect(errors.mock.calls).toEqual([
      [{ message: expect.stringContaining('SECRETS_KEY: bad;') as string, source: 'one' }],
    ]);
  });

  it('opens a secret with the key that the key file has by now', async () => {
    rows = [row('one')];
    const value = encryptSecret(
      'secret of one',
      { source: 'one', purpose: 'signature' },
      Buffer.alloc(32, 2),
    );
    secrets = secrets.map((secret) => Object.assign(secret, { value }));
    laterKeys = [Buffer.alloc(32, 2)];
    await sources.onApplicationBootstrap();
    expect(sources.find('one')).toEqual(readable('one'));
  });

  it('knows own providers by what their sources say, and makes them anew where that has changed', async () => {
    const custom = (header: string): string =>
      JSON.stringify({ scheme: { signed: '{body}', signature: { header, encoding: 'hex' } } });
    const own = (text: string | null): SourceEntity => row('own', { provider: 'custom:acme', custom: text });
    const definitionNow = (): unknown => (sources.find('own') as { definition?: unknown }).definition;
    rows = [own(custom('x-one'))];
    await sources.onApplicationBootstrap();
    const first = definitionNow();
    expect(first).toMatchObject({
      slug: 'custom:acme',
      scheme: { template: { signature: { header: 'x-one' } } },
    });
    await refreshed();
    expect(definitionNow()).toBe(first);
    rows = [own(custom('x-two'))];
    await refreshed();
    expect(definitionNow()).toMatchObject({ scheme: { template: { signature: { header: 'x-two' } } } });
    // Written by a version that took longer names.
    rows = [own(custom('x'.repeat(200)))];
    await refreshed();
    expect(definitionNow()).toMatchObject({ slug: 'custom:acme' });
    for (const text of [null, 'no JSON', '{"scheme":{"newer":true}}']) {
      rows = [own(text)];
      await refreshed();
      expect(sources.find('own')).toEqual(unreadable('own'));
    }
  });

  it('tells which active secrets another scheme would lose, of those that the present one takes', async () => {
    const template = (key: 'utf8' | 'hex' | 'base64'): HmacTemplate => ({
      ...{ key, signed: '{body}', signature: { header: 'x-one', encoding: 'hex' } },
    });
    const own = row('own', { provider: 'custom:acme' });
    const [given] = secrets;
    rows = [own];
    secrets = [
      { id: 'text', text: 'no hex' },
      { id: 'digits', text: '00ff' },
      { id: 'base64', text: 'QUJD' },
      { id: 'expired', text: 'no hex', expiresAt: new Date(Date.now() - 1) },
      { id: 'password', text: 'no:hex', purpose: 'basic' } as const,
    ].map(({ text, ...change }) => {
      const secret = Object.assign(new SourceSecretEntity(), given, change);
      return Object.assign(secret, { value: encryptSecret(text, secret, KEY) });
    });
    const lost = (key: 'utf8' | 'base64'): Promise<string[]> => {
      const custom = JSON.stringify({ scheme: template(key) });
      return sources.secretsLostBy(Object.assign(own, { custom }), hmac(template('hex')));
    };
    expect(await lost('utf8')).toEqual(['text', 'base64']);
    expect(await lost('base64')).toEqual(['base64']);
    own.custom = 'of a later version';
    expect(await sources.secretsLostBy(own, hmac(template('hex')))).toEqual(['text', 'base64']);
  });

  it('sees within a second what another process has changed', async () => {
    rows = [row('one')];
    await sources.onApplicationBootstrap();
    rows = [row('one', { enabled: false }), row('two')];
    await vi.advanceTimersByTimeAsync(1000);
    expect(sources.find('one')).toEqual({ ...readable('one'), enabled: false });
    expect(sources.find('two')).toEqual(readable('two'));
  });

  it('knows the access rules that there are, made anew only where they have changed', async () => {
    const accessNow = (): Access => (sources.find('one') as { access: Access }).access;
    rows = [row('one', { access: '{"basicAuth":true}' })];
    await sources.onApplicationBootstrap();
    const first = accessNow();
    expect(first.asksForCredentials).toBe(true);
    await refreshed();
    expect(accessNow()).toBe(first);
    rows = [row('one', { access: '{"basicAuth":false}' })];
    await refreshed();
    expect(accessNow().asksForCredentials).toBe(false);
  });

  it('says once by name that a source is not readable, and again only after it was readable', async () => {
    rows = [row('first'), row('broken', { value: 'x' })];
    await sources.onApplicationBootstrap();
    await refreshed();
    await refreshed();
    expect(errors.mock.calls).toEqual([[expect.objectContaining({ source: 'broken' })]]);
    rows = [row('broken')];
    await refreshed();
    expect(sources.find('broken')).toEqual(readable('broken'));
    rows = [row('broken', { value: 'y' })];
    await refreshed();
    await refreshed();
    expect(errors).toHaveBeenCalledTimes(2);
  });

  it('reads again only after the last reading, gives up one that hangs, and does not use what it brings later', async () => {
    rows = [row('old')];
    await sources.onApplicationBootstrap();
    const hanging = pending();
    next = hanging.promise;
    await refreshed();
    next = undefined;
    await vi.advanceTimersByTimeAsync(READ_MS - 1);
    expect([readings, sources.find('old')]).toEqual([2, readable('old')]);
    rows = [row('new')];
    await vi.advanceTimersByTimeAsync(1);
    await refreshed();
    expect([readings, sources.find('new')]).toEqual([3, readable('new')]);
    hanging.resolve([row('old')]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sources.find('new')).toEqual(readable('new'));
  });

  it('knows a change once it is made, although an earlier reading was under way', async () => {
    rows = [row('one')];
    await sources.onApplicationBootstrap();
    const earlier = pending();
    next = earlier.promise;
    await refreshed();
    next = undefined;
    const before = rows;
    const changed = commands.change('one', { enabled: false });
    await vi.advanceTimersByTimeAsync(1);
    earlier.resolve(before);
    await changed;
    await vi.advanceTimersByTimeAsync(1);
    expect(sources.find('one')).toMatchObject({ enabled: false });
  });

  it('does not know a secret any more once it is revoked here, and within a second when it is elsewhere', async () => {
    rows = [row('here'), row('elsewhere')];
    await sources.onApplicationBootstrap();
    await commands.revokeSecret('here', secrets[0]?.id ?? '');
    expect(sources.find('here')).toMatchObject({ secrets: [] });
    secrets = [];
    await vi.advanceTimersByTimeAsync(1000);
    expect(sources.find('elsewhere')).toMatchObject({ secrets: [] });
  });

  it('stops after the reading under way, and reads no more', async () => {
    rows = [row('one')];
    await sources.onApplicationBootstrap();
    const last = pending();
    next = last.promise;
    await refreshed();
    const stopped = sources.beforeApplicationShutdown();
    last.resolve(rows);
    await stopped;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not start without having read them', async () => {
    next = Promise.reject(new Error('away'));
    await expect(sources.onApplicationBootstrap()).rejects.toThrow('away');
  });
});
