import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../platform/metrics/metrics.js';
import type { KeyAnswer } from '../../domain/keys/key-place.js';
import { ProviderKeys } from './provider-keys.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const URL = 'https://www.googleapis.com/oauth2/v3/certs';
const HOUR = 3_600_000;

describe('ProviderKeys', () => {
  let ids: string[];
  let fetches: number;
  let fetched: Promise<void> | undefined;
  let keys: ProviderKeys;
  let metrics: Metrics;

  beforeEach(() => {
    vi.useFakeTimers();
    ids = ['a'];
    fetches = 0;
    fetched = undefined;
    metrics = new Metrics();
    const fetch = async (): Promise<KeyAnswer> => {
      fetches += 1;
      await fetched;
      const set = { keys: ids.map((kid) => ({ ...publicKey.export({ format: 'jwk' }), kid })) };
      return { status: 200, cacheControl: 'max-age=3600', age: 0, body: Buffer.from(JSON.stringify(set)) };
    };
    keys = new ProviderKeys({ fetch }, { now: () => new Date() }, metrics);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  async function has(keyId: string): Promise<boolean> {
    return (await keys.forOneRequest().resolve({ kind: 'jwks', url: URL, keyId })) !== null;
  }

  it('asks for a set anew when a key is not in it, but for none that is younger than half a minute', async () => {
    expect([await has('a'), await has('b'), fetches]).toEqual([true, false, 1]);
    ids = ['a', 'b'];
    vi.advanceTimersByTime(29_999);
    expect([await has('b'), fetches]).toEqual([false, 1]);
    vi.advanceTimersByTime(1);
    expect([await has('b'), await has('a'), fetches]).toEqual([true, true, 2]);
  });

  it('asks for a set anew when it is too old', async () => {
    await has('a');
    vi.advanceTimersByTime(HOUR - 1);
    expect([await has('a'), fetches]).toEqual([true, 1]);
    vi.advanceTimersByTime(1);
    ids = [];
    expect([await has('a'), fetches]).toEqual([false, 2]);
  });

  it('gives a request two seconds for all its keys, and keeps what comes later', async () => {
    fetched = new Promise((resolve) => setTimeout(resolve, 3000));
    const resolver = keys.forOneRequest();
    const first = resolver.resolve({ kind: 'jwks', url: URL, keyId: 'a' });
    const late = expect(first).rejects.toThrow('no answer within');
    await vi.advanceTimersByTimeAsync(2000);
    await late;
    const second = resolver.resolve({ kind: 'jwks', url: URL, keyId: 'a' });
    const later = expect(second).rejects.toThrow('no answer within');
    await vi.advanceTimersByTimeAsync(1);
    await later;
    await vi.advanceTimersByTimeAsync(1000);
    expect([await has('a'), fetches]).toEqual([true, 1]);
  });

  it('asks nobody who is no provider', async () => {
    const resolver = keys.forOneRequest();
    const elsewhere = 'https://evil.example/certs';
    expect(await resolver.resolve({ kind: 'jwks', url: elsewhere, keyId: 'a' })).toBeNull();
    expect(await resolver.resolve({ kind: 'certificate', url: elsewhere })).toBeNull();
    expect(fetches).toBe(0);
  });

  it("lets nobody who makes up one provider's addresses keep another's keys away", async () => {
    const resolver = keys.forOneRequest();
    const resolve = (url: string): Promise<unknown> =>
      resolver.resolve({ kind: 'certificate', url }).catch((error: unknown) => (error as Error).message);
    for (let n = 0; n < 30; n += 1) await resolve(`https://api.paypal.com/v1/notifications/certs/CERT-${n}`);
    const asked = fetches;
    expect(await resolve('https://api.paypal.com/v1/notifications/certs/CERT-99')).toContain('too many');
    expect(await resolve('https://sns.us-east-1.amazonaws.com/a.pem')).not.toContain('too many');
    expect(fetches).toBe(asked + 1);
  });

  it('counts what becomes of asking', async () => {
    await has('a');
    const resolver = keys.forOneRequest();
    const certificate = { kind: 'certificate', url: 'https://sns.us-east-1.amazonaws.com/a.pem' } as const;
    await expect(resolver.resolve(certificate)).rejects.toThrow();
    const text = await metrics.text();
    expect(text).toContain('hookwell_key_fetches_total{kind="jwks",outcome="found"} 1');
    expect(text).toContain('hookwell_key_fetches_total{kind="certificate",outcome="failed"} 1');
  });
});
