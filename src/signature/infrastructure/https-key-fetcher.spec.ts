import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeyServer } from '../../../test/support/fetched-keys/key-server.js';
import { HttpsKeyFetcher } from './https-key-fetcher.js';

const HOST = 'keys.example.com';
const url = `https://${HOST}/key`;

describe('HttpsKeyFetcher', () => {
  let server: KeyServer;
  let fetcher: HttpsKeyFetcher;

  beforeAll(async () => {
    server = await KeyServer.start([HOST]);
    fetcher = new HttpsKeyFetcher(server.agent());
  });

  beforeEach(() => {
    server.asked.length = 0;
    server.reachable = true;
  });

  afterAll(async () => {
    await server.stop();
  });

  it('brings what a key is and for how long', async () => {
    const headers = { 'cache-control': 'public, max-age=60', age: '7' };
    server.answer = () => ({ status: 200, headers, body: 'a key' });
    expect(await fetcher.fetch({ url })).toEqual({
      status: 200,
      cacheControl: 'public, max-age=60',
      age: 7,
      body: Buffer.from('a key'),
    });
    expect(server.asked).toEqual([{ url, body: '' }]);
  });

  it('asks with JSON where there is something to say', async () => {
    server.answer = () => ({ status: 400, body: '{}' });
    expect(await fetcher.fetch({ url, body: { key_id: 'a' } })).toMatchObject({ status: 400, age: 0 });
    expect(server.asked).toEqual([{ url, body: '{"key_id":"a"}' }]);
  });

  it('follows no redirect', async () => {
    server.answer = () => ({ status: 302, headers: { location: url } });
    expect(await fetcher.fetch({ url })).toMatchObject({ status: 302 });
    expect(server.asked).toHaveLength(1);
  });

  it('takes 64 KiB, and not a byte more', async () => {
    server.answer = () => ({ status: 200, body: 'x'.repeat(64 * 1024) });
    expect((await fetcher.fetch({ url })).body).toHaveLength(64 * 1024);
    server.answer = () => ({ status: 200, body: 'x'.repeat(64 * 1024 + 1) });
    await expect(fetcher.fetch({ url })).rejects.toThrow('more than 65536 bytes');
  });

  it.each([
    ['answer', () => undefined],
    ['end', () => ({ status: 200, headers: { 'content-length': '10' }, body: 'half' })],
  ])('gives up a server that does not %s', async (_, answer) => {
    const impatient = new HttpsKeyFetcher(server.agent(), 100);
    server.answer = answer;
    await expect(impatient.fetch({ url })).rejects.toThrow();
  });

  it('speaks with nobody over plain HTTP, and only with who has the name', async () => {
    server.answer = () => ({ status: 200 });
    await expect(fetcher.fetch({ url: `http://${HOST}/key` })).rejects.toThrow('http:');
    await expect(fetcher.fetch({ url: 'https://other.example.com/key' })).rejects.toThrow(/altnames/);
    expect(server.asked).toEqual([]);
  });

  it('says that a server is away', async () => {
    server.reachable = false;
    await expect(fetcher.fetch({ url })).rejects.toThrow();
  });
});
