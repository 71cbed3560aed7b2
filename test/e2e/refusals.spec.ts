import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { github, sign } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';
import { postRaw, type RawAnswer } from '../support/raw-request.js';
import { deliver, senderOf, senders } from '../support/senders.js';

const MEBIBYTE = 1024 * 1024;
const HOUR = 3600;
const HALF_A_REQUEST = 'POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half":';

describe.each(modes)('what is refused, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install();
    for (const { slug, secret } of senders) {
      const body = { name: slug, provider: slug, secret };
      await installed.hookwell.admin('/sources', { method: 'POST', body });
    }
  });

  afterAll(() => installed.stop());

  const post = (
    slug: string,
    headers: Readonly<Record<string, string | string[]>>,
    body: string | Buffer,
  ): Promise<RawAnswer> => postRaw(installed.hookwell.url, { path: `/webhooks/${slug}`, headers, body });

  function expectProblem(answer: RawAnswer, status: number): void {
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: expect.any(String) as string,
      status,
      detail: expect.any(String) as string,
    });
  }

  /** How many webhooks were refused for a reason. */
  async function rejected(reason: string): Promise<number> {
    const metrics = await (await fetch(`${installed.hookwell.url}/metrics`)).text();
    return Number(
      new RegExp(`^hookwell_rejected_total{reason="${reason}"} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0,
    );
  }

  const stored = (): Promise<{ n: number }[]> => installed.read('SELECT COUNT(*) AS n FROM events');

  describe.each(senders)('of $slug', (sender) => {
    const { slug, header, otherSecret } = sender;
    const type = sender.types[0] ?? '';
    const now = (): number => Math.floor(Date.now() / 1000);

    it.each([
      ['no header at all', () => ({})],
      ['an empty one', (headers: Record<string, string>) => ({ ...headers, [header]: '' })],
      [
        'a malformed one',
        (headers: Record<string, string>) => ({ ...headers, [header]: 'v1=;;,t==,,sha256' }),
      ],
      [
        'the same twice',
        (headers: Record<string, string>) => ({
          ...headers,
          [header]: [headers[header] ?? '', headers[header] ?? ''],
        }),
      ],
      ['a huge one', (headers: Record<string, string>) => ({ ...headers, [header]: 'v1,'.repeat(4000) })],
    ])('with %s', async (_, change) => {
      const { headers, body } = await deliver(sender, type, randomUUID());
      const before = await stored();
      expectProblem(await post(slug, change(headers), body), 401);
      expect(await stored()).toEqual(before);
    });

    it('with the signature of another secret', async () => {
      const { headers, body } = sender.sample(type, randomUUID());
      expectProblem(
        await post(slug, { ...headers, ...(await sender.sign(body, otherSecret, now())) }, body),
        401,
      );
    });

    it('with a body changed by one byte, or emptied', async () => {
      const { headers, body } = await deliver(sender, type, randomUUID());
      const changed = Buffer.from(body);
      changed[changed.length - 3] = (changed.at(-3) ?? 0) ^ 1;
      expectProblem(await post(slug, headers, changed), 401);
      expectProblem(await post(slug, headers, ''), 401);
    });

    it('tells an outsider nothing of the reason', async () => {
      const answers = [
        await post(slug, {}, '{}'),
        await post(slug, { [header]: 'x' }, '{}'),
        await post(slug, { ...(await sender.sign('{}', otherSecret, now())) }, '{}'),
      ];
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    });
  });

  it.each(senders.filter(({ timestamped }) => timestamped))(
    "a timestamp of $slug's of an hour ago, or in an hour",
    async (sender) => {
      const { headers, body } = sender.sample(sender.types[0] ?? '', randomUUID());
      const now = Math.floor(Date.now() / 1000);
      for (const timestamp of [now - HOUR, now + HOUR]) {
        const signature = await sender.sign(body, sender.secret, timestamp);
        expectProblem(await post(sender.slug, { ...headers, ...signature }, body), 401);
      }
    },
  );

  it.each([
    ['nobody', 404],
    ['STRIPE', 404],
    ['Stripe', 404],
    ['stripe%20', 404],
    ['stripe%00', 404],
    ['strip%65%', 400],
    ['..%2fx', 404],
    ['../x', 404],
    ['stripe/', 404],
    ['stripe/x', 404],
    ['%E0%A4%A', 400],
    ['x/%E0%A4%A', 400],
    ['%F0%9F%92%A9', 404],
    ['str%C4%B1pe', 404],
    ['__proto__', 404],
    ['constructor', 404],
    ["'%20OR%201=1", 404],
    ['x'.repeat(10_000), 404],
    ['', 404],
  ])('an oddly spelled source, and counts it: %s', async (name, status) => {
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    const before = await rejected('unknown_source');
    expectProblem(await post(name, headers, body), status);
    expect(await rejected('unknown_source')).toBe(before + 1);
  });

  it.each(['/%77ebhooks/%E0%A4%A', 'http://elsewhere/webhooks/%E0%A4%A'])(
    'an address that cannot be decoded, and counts it however it is spelled: %s',
    async (path) => {
      const before = await rejected('unknown_source');
      expectProblem(await postRaw(installed.hookwell.url, { path, headers: {}, body: '' }), 400);
      expect(await rejected('unknown_source')).toBe(before + 1);
    },
  );

  it.each(['/%E0%A4%A', '/%E0%A4%A/x', '/events/%E0%A4%A', '/webhooks%2f%E0%A4%A'])(
    'an address that cannot be decoded and is no webhook, and does not count it: %s',
    async (path) => {
      const before = await rejected('unknown_source');
      expectProblem(await postRaw(installed.hookwell.url, { path, headers: {}, body: '' }), 400);
      expect(await rejected('unknown_source')).toBe(before);
    },
  );

  it.each(['/%77ebhooks/stripe', '/webhooks/str%69pe', 'http://elsewhere/webhooks/stripe'])(
    'what is not signed, whatever it is and however the address is spelled: %s',
    async (path) => {
      for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'none at all' }]) {
        expectProblem(await postRaw(installed.hookwell.url, { path, headers, body: 'no JSON' }), 401);
      }
    },
  );

  it.each(['/', '/nothing/here', '//webhooks/stripe', '/webhooks%2fstripe', '/webhooks/stripe/x', '/events'])(
    'a POST to %s, where there is nothing, whatever it is',
    async (path) => {
      for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'none at all' }]) {
        expectProblem(await postRaw(installed.hookwell.url, { path, headers, body: 'no JSON' }), 404);
      }
    },
  );

  it('a disabled source, until it is enabled again', async () => {
    const { hookwell } = installed;
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    await hookwell.admin('/sources/stripe', { method: 'PATCH', body: { enabled: false } });
    expectProblem(await post('stripe', headers, body), 404);
    await hookwell.admin('/sources/stripe', { method: 'PATCH', body: { enabled: true } });
    expect((await post('stripe', headers, body)).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s of a webhook address', async (method) => {
    const response = await fetch(`${installed.hookwell.url}/webhooks/stripe`, { method });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  describe('by size', () => {
    /** JSON of exactly so many bytes. */
    const sized = (bytes: number): Buffer => Buffer.from(`{"x":"${'x'.repeat(bytes - 8)}"}`);
    const asGitHub = (rawBody: Buffer): Record<string, string> => ({
      'x-github-delivery': randomUUID(),
      ...sign(github, { id: '', now: new Date(), rawBody }, senderOf('github').secret),
    });

    it('2 MiB where 1 MiB is the limit, and not one byte less than the limit', async () => {
      const sender = senderOf('stripe');
      const timestamp = Math.floor(Date.now() / 1000);
      for (const [bytes, status] of [
        [MEBIBYTE, 200],
        [MEBIBYTE + 1, 413],
        [2 * MEBIBYTE, 413],
      ] as const) {
        const body = sized(bytes);
        const answer = await post(
          'stripe',
          await sender.sign(body.toString(), sender.secret, timestamp),
          body,
        );
        if (status === 413) expectProblem(answer, 413);
        else expect(answer.status).toBe(200);
      }
    });

    it('the same without a length told beforehand', async () => {
      const socket = connect(Number(new URL(installed.hookwell.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
      for (let sent = 0; sent < 40; sent += 1) socket.write(chunk);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
      socket.destroy();
    });

    it('not 2 MiB from GitHub, which sends up to 25 MB', async () => {
      const body = sized(2 * MEBIBYTE);
      const answer = await post('github', asGitHub(body), body);
      expect(answer.status).toBe(200);
      const { id } = JSON.parse(answer.body) as { id: string };
      const [row] = await installed.read<{ n: number }>(
        `SELECT LENGTH(body) AS n FROM event_payloads WHERE event_id = '${id}'`,
      );
      expect(row?.n).toBe(body.length);
    });

    it('more than 25 MiB from GitHub, and not one byte less', async () => {
      const most = sized(25 * MEBIBYTE);
      expect((await post('github', asGitHub(most), most)).status).toBe(200);
      const more = sized(25 * MEBIBYTE + 1);
      expectProblem(await post('github', asGitHub(more), more), 413);
    });
  });

  it('a request that breaks off, and goes on with the next', async () => {
    const socket = connect(Number(new URL(installed.hookwell.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.end(HALF_A_REQUEST);
    await text(socket);
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    expect((await post('stripe', headers, body)).status).toBe(200);
  });

  it('in the words that are documented', async () => {
    const answers = [
      await post('%E0%A4%A', {}, ''),
      await post('stripe', {}, '{}'),
      await post('nobody', {}, '{}'),
      await post('stripe', {}, Buffer.alloc(MEBIBYTE + 1)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 404, 413]);
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: object };
    for (const { body } of answers) expect(JSON.stringify(paths)).toContain(body);
  });

  it('and counts each under its reason', async () => {
    const stripe = senderOf('stripe');
    const { body } = stripe.sample('invoice.paid', randomUUID());
    const now = Math.floor(Date.now() / 1000);
    const signed = (secret: string, timestamp: number): Promise<Record<string, string>> =>
      stripe.sign(body, secret, timestamp);
    const refusals: Record<string, () => Promise<unknown>> = {
      missing_header: () => post('stripe', {}, body),
      malformed_header: () => post('stripe', { [stripe.header]: 'x' }, body),
      repeated_header: () => post('stripe', { [stripe.header]: ['x', 'x'] }, body),
      signature_mismatch: async () => post('stripe', await signed(stripe.otherSecret, now), body),
      stale_timestamp: async () => post('stripe', await signed(stripe.secret, now - HOUR), body),
      future_timestamp: async () => post('stripe', await signed(stripe.secret, now + HOUR), body),
      too_large: () => post('stripe', {}, Buffer.alloc(MEBIBYTE + 1)),
      broken_off: async () => {
        const socket = connect(Number(new URL(installed.hookwell.url).port), '127.0.0.1');
        socket.end(HALF_A_REQUEST);
        await text(socket);
      },
    };
    const counts = (): Promise<number[]> => Promise.all(Object.keys(refusals).map(rejected));
    for (const [index, refuse] of Object.values(refusals).entries()) {
      const before = await counts();
      await refuse();
      // Of a client that has gone the server may hear a moment later.
      await expect.poll(counts).toEqual(before.with(index, (before[index] ?? 0) + 1));
    }
  });

  it.each([
    ['not HTTP', 400, 'HELLO\r\n\r\n'],
    ['no host', 400, 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n'],
    [
      'an expectation that nobody knows',
      404,
      'GET /nothing HTTP/1.1\r\nhost: x\r\nexpect: tea\r\nconnection: close\r\n\r\n',
    ],
    [
      'two lengths',
      400,
      'POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
    ],
    [
      'a length and chunks',
      400,
      'POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'headers without end',
      431,
      `POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
  ])('%s', async (_, status, bytes) => {
    const socket = connect(Number(new URL(installed.hookwell.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
    expectProblem({ status, headers: { 'content-type': type }, body }, status);
  });
});
