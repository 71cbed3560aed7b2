import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Attempt } from '../../scripts/send/admin-api.js';
import { post } from '../../scripts/send/post.js';
import { Trail } from '../../scripts/send/trail.js';
import { ADMIN_KEY, Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { type Installed, modes } from '../support/modes.js';
import { sampleTypes } from '../support/samples.js';
import { senderOf, senders } from '../support/senders.js';

/** npm runs everything from the project's root. */
const SEND = resolve('dist/scripts/send.js');

const slugs = readdirSync(resolve('src/providers'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
/** Those with handlers; every-provider.spec.ts plays the others. */
const samples = senders.flatMap(({ slug, types }) => types.map((type) => ({ slug, type })));

/** How a run of the tool has ended, and what it has said. */
interface Run {
  readonly code: number | null;
  readonly lines: string[];
  readonly words: string;
}

function send(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { PATH: process.env['PATH'], ADMIN_KEY, ...environment };
  return ended(spawn(process.execPath, [SEND, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function ended(child: ChildProcess): Promise<Run> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('its output is not piped');
  const [said, words, [code]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, lines: said.split('\n').slice(0, -1), words: words.trimEnd() };
}

/** A run that has sent nothing and says why, in one line. */
const refused = (why: string): Run => ({ code: 1, lines: [], words: why });

/** The scripted provider, with a sample for each of the scripts given. */
async function writeScripted(samplesByType: Readonly<Record<string, object>>): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hookwell-providers-'));
  await mkdir(join(parent, 'scripted', 'fixtures'), { recursive: true });
  const provider = ['scripted', 'provider.js'] as const;
  await symlink(join(SCRIPTED_PROVIDERS, ...provider), join(parent, ...provider));
  for (const [type, sample] of Object.entries(samplesByType)) {
    const body = JSON.stringify({ script: type, ...sample });
    await writeFile(join(parent, 'scripted', 'fixtures', `${type}.json`), body);
  }
  return parent;
}

/** A line of the trail without what differs from run to run. */
const plain = (line: string): string =>
  line
    .replace(/in \d+ ms/, 'in # ms')
    .replace(/Z$/, '')
    .replace(/again at .*/, 'again');

describe.each(modes)('npm run send, $mode', (mode) => {
  let parent: string;
  let installed: Installed;
  let at: readonly string[];

  beforeAll(async () => {
    parent = await writeScripted({
      PAIR: { companion: 'LATER', times: 2 },
      ERROR: {},
      REJECT: {},
      UNHEARD_OF: {},
    });
    installed = await mode.install({ PROVIDERS_DIR: parent });
    at = ['--url', installed.hookwell.url];
  });

  afterAll(async () => {
    await installed.stop();
    await rm(parent, { recursive: true });
  });

  it.each(samples)('sends $slug $type and follows it until PROCESSED', async ({ slug, type }) => {
    const { code, lines, words } = await send(['--source', slug, '--type', type, ...at]);
    expect({ code, words }).toEqual({ code: 0, words: '' });
    const told = lines.filter((line) => line !== `created source ${slug} (provider ${slug})`);
    const address = `${installed.hookwell.url}/webhooks/${slug}`;
    const [, bytes = '', answer = ''] = /^POST \S+ \((\d+) bytes\) -> 200 (.*)$/.exec(told[0] ?? '') ?? [];
    expect(told[0]).toBe(`POST ${address} (${bytes} bytes) -> 200 ${answer}`);
    const { id, ...rest } = JSON.parse(answer) as { id: string };
    expect(rest).toEqual({ status: 'RECEIVED', duplicate: false });

    const event = await installed.hookwell.event(id);
    expect(event.type).toBe(type);
    const attempts = event.operations.flatMap(({ handler, attempts: tried }) =>
      tried.map(
        ({ durationMs, result }) =>
          `  ${handler} attempt 1: SUCCEEDED in ${durationMs} ms ${JSON.stringify(result)}`,
      ),
    );
    expect(attempts.length).toBeGreaterThan(0);
    expect(told.slice(1)).toEqual([
      ...attempts,
      expect.stringMatching(/^PROCESSED, \d+ ms after it arrived$/),
    ]);
    expect(await installed.read(`SELECT status FROM events WHERE id = '${id}'`)).toEqual([
      { status: 'PROCESSED' },
    ]);
  });

  it.each(senders)('lists the samples of $slug where no type is said', async ({ slug }) => {
    expect(await send(['--source', slug, ...at])).toEqual({
      code: 0,
      lines: [
        `${slug} has samples of these types, say --type with one of them:`,
        ...sampleTypes(slug)
          .map((type) => `  ${type}`)
          .toSorted(),
      ],
      words: '',
    });
  });

  it('lists them, and fails, where there is none of the type', async () => {
    const { code, lines, words } = await send(['--source', 'github', '--type', 'pushed', ...at]);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(words.split('\n')).toEqual([
      'there is no sample of pushed; github has samples of these types, say --type with one of them:',
      '  pull_request',
      '  push',
    ]);
  });

  it.each([
    { slug: 'okta', type: 'user.session.start' },
    { slug: 'twilio', type: 'onMessageAdded' },
    { slug: 'xero', type: 'CONTACT.UPDATE' },
    { slug: 'slack', type: 'slash_command' },
  ])('follows $slug, which is not told the id', async ({ slug, type }) => {
    const { code, lines, words } = await send(['--source', slug, '--provider', slug, '--type', type, ...at]);
    expect({ code, words }).toEqual({ code: 0, words: '' });
    expect(lines.at(-1)).toMatch(/^PROCESSED \(no handler takes this type\), /);
    const [newest] = await installed.read(
      `SELECT type, status FROM events WHERE source = '${slug}' ORDER BY id DESC LIMIT 1`,
    );
    expect(newest).toEqual({ type, status: 'PROCESSED' });
  });

  it('says of whom it cannot play', async () => {
    expect(await send(['--source', 'ad', '--provider', 'adyen', '--type', 'CAPTURE', ...at])).toEqual(
      refused(
        'adyen does not sign in headers, by a secret that both know: its samples cannot be sent from here',
      ),
    );
  });

  it('creates a source that does not exist, and signs for it from then on', async () => {
    const args = ['--source', 'shop-eu', '--type', 'orders/create', ...at];
    const first = await send([...args, '--provider', 'shopify']);
    expect([first.code, first.lines[0]]).toEqual([0, 'created source shop-eu (provider shopify)']);
    const second = await send(args);
    expect([second.code, second.lines[0]]).toEqual([0, expect.stringMatching(/^POST .* -> 200 /)]);
    expect(second.lines.at(-1)).toMatch(/^PROCESSED/);
  });

  it('signs with the secret that is said for a source that it has not created', async () => {
    const { secret, otherSecret } = senderOf('stripe');
    const source = { name: 'theirs', provider: 'stripe', secret };
    await installed.hookwell.admin('/sources', { method: 'POST', body: source });
    const args = ['--source', 'theirs', '--type', 'invoice.paid', ...at];
    for (const wrong of [args, [...args, '--secret', otherSecret]]) {
      const { code, lines, words } = await send(wrong);
      expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringMatching(/^POST .* -> 401 /)] });
      expect(words).toBe(
        'the signature was refused: the source has another secret; say --secret, or a new --source with --provider',
      );
    }
    const right = await send([...args, '--secret', secret]);
    expect([right.code, right.lines.at(-1)]).toEqual([0, expect.stringMatching(/^PROCESSED/)]);
  });

  it('says what is wrong with a secret', async () => {
    const args = ['--source', 'messages', '--provider', 'standard-webhooks', '--type', 'contact.created'];
    expect(await send([...args, '--secret', '!', ...at])).toEqual(
      refused('--secret must be base64, with or without whsec_ before it'),
    );
  });

  it('tells every attempt of every handler once', async () => {
    const args = ['--source', 'scripted', '--type', 'PAIR', ...at];
    const { code, lines } = await send(args, { PROVIDERS_DIR: parent });
    const attempts = lines.filter((line) => line.startsWith('  ')).map(plain);
    const companion = (attempt: number): string =>
      `  Companion attempt ${attempt}: ERRORED in # ms Error: the companion needs time, again`;
    expect(attempts.toSorted()).toEqual([
      companion(1),
      companion(2),
      '  Companion attempt 3: SUCCEEDED in # ms {"companion":"LATER"}',
      '  Scripted attempt 1: SUCCEEDED in # ms {"script":"PAIR","attempt":1}',
    ]);
    expect([code, lines.at(-1)]).toEqual([0, expect.stringMatching(/^PROCESSED, /)]);
  });

  it.each([
    {
      type: 'REJECT',
      attempts: ['  Scripted attempt 1: REJECTED in # ms RejectEvent: as the script says'],
      end: 'FAILED RejectEvent: as the script says',
    },
    {
      type: 'ERROR',
      attempts: [
        ...[1, 2, 3].map((n) => `  Scripted attempt ${n}: ERRORED in # ms Error: as the script says, again`),
        '  Scripted attempt 4: ERRORED in # ms Error: as the script says',
      ],
      end: 'FAILED Error: as the script says',
    },
  ])('fails with the reason where the event does: $type', async ({ type, attempts, end }) => {
    const args = ['--source', 'scripted', '--type', type, ...at];
    const { code, lines, words } = await send(args, { PROVIDERS_DIR: parent });
    const told = lines.slice(lines.findIndex((line) => line.startsWith('POST')) + 1);
    expect(told.map(plain)).toEqual([...attempts, end]);
    expect({ code, words }).toEqual({ code: 1, words: '' });
  });

  it('says so where no handler takes the event', async () => {
    const args = ['--source', 'scripted', '--type', 'UNHEARD_OF', ...at];
    const { code, lines } = await send(args, { PROVIDERS_DIR: parent });
    expect([code, lines.at(-1)]).toEqual([
      0,
      expect.stringMatching(/^PROCESSED \(no handler takes this type\), /),
    ]);
  });

  it('says so where the admin key is wrong', async () => {
    const run = await send(['--source', 'stripe', '--type', 'invoice.paid', ...at], {
      ADMIN_KEY: 'not the key',
    });
    expect(run).toEqual(
      refused('the admin key is not accepted; set ADMIN_KEY to the one shown at the first start'),
    );
  });

  it('names the providers where there is none of the name', async () => {
    const why = (slug: string): Run =>
      refused(`there is no provider ${slug}; say --provider with one of ${slugs.join(', ')}`);
    expect(await send(['--source', 'acme', '--type', 'x', ...at])).toEqual(why('acme'));
    expect(await send(['--source', 'new', '--provider', 'acme', '--type', 'x', ...at])).toEqual(why('acme'));
  });

  it('says so where the source is of another provider, is disabled, or cannot be created', async () => {
    const { secret } = senderOf('github');
    const source = { name: 'code', provider: 'github', secret };
    await installed.hookwell.admin('/sources', { method: 'POST', body: source });
    const args = ['--source', 'code', '--type', 'push', ...at];
    expect(await send([...args, '--provider', 'stripe'])).toEqual(
      refused('the source code is one of provider github, not of stripe'),
    );
    await installed.hookwell.admin('/sources/code', { method: 'PATCH', body: { enabled: false } });
    expect(await send(args)).toEqual(refused('the source code is disabled; enable it: PATCH /sources/code'));
    const misnamed = await send(['--source', 'Code', '--provider', 'github', '--type', 'push', ...at]);
    expect({ ...misnamed, words: '' }).toEqual(refused(''));
    expect(misnamed.words).toContain('/sources answered 400: ');
    expect(misnamed.words).toContain('name must be 1 to 64 of a-z');
  });

  it('finds both faces where they are apart, and says which one is missing', async () => {
    const apart = await Hookwell.start({ ...installed.environment, ADMIN_PORT: '0' });
    onTestFinished(() => apart.stop());
    const admin = /Swagger UI\s+(http:\/\/[^/]+)/.exec(apart.output.words)?.[1] ?? '';
    const args = ['--source', 'apart', '--provider', 'stripe', '--type', 'invoice.paid'];
    // As the address is typed, with a slash at its end.
    const right = await send([...args, '--url', `${admin}/`, '--webhooks', `${apart.url}/`]);
    expect([right.code, right.lines.at(-1)]).toEqual([0, expect.stringMatching(/^PROCESSED/)]);
    expect(right.lines[1]).toContain(`POST ${apart.url}/webhooks/apart (`);

    expect(await send([...args, '--url', apart.url])).toEqual(
      refused(
        `${apart.url} has no sources; say --url with the admin face of a process that accepts webhooks`,
      ),
    );
    const onlyAdmin = await send([...args, '--url', admin]);
    expect(onlyAdmin).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^POST .* -> 404 /)],
      words:
        'there is no such source at that address; with ADMIN_PORT set, say --webhooks with where the webhook face is',
    });
    const nowhere = await nobody();
    expect(await send([...args, '--url', admin, '--webhooks', nowhere])).toEqual(
      refused(`nothing answers at ${nowhere}/webhooks/apart; say --webhooks with where the webhook face is`),
    );
  });

  it('is what the first start says, word for word', async () => {
    const first = await mode.install({ ADMIN_API_KEYS: '', ADMIN_PORT: '0' });
    onTestFinished(() => first.stop());
    const line = /A first event\s+(ADMIN_KEY=.*)$/m.exec(first.hookwell.output.words)?.[1] ?? '';
    const { code, lines } = await ended(
      spawn('/bin/sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    expect(code).toBe(0);
    expect(lines).toContain('created source stripe (provider stripe)');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}RecordInvoice attempt 1: SUCCEEDED /));
    expect(lines.at(-1)).toMatch(/^PROCESSED, /);
  });
});

describe('npm run send, where nothing can be sent', () => {
  const args = ['--source', 'stripe', '--type', 'invoice.paid'];

  it('shows how it is used', async () => {
    const { code, lines, words } = await send([]);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(words).toContain('npm run send -- --source stripe --type invoice.paid');
    for (const option of ['source', 'type', 'provider', 'secret', 'url', 'webhooks']) {
      expect(words).toContain(`\n  --${option} `);
    }
    const misspelt = await send(['--sorce', 'stripe']);
    expect({ ...misspelt, words: '' }).toEqual(refused(''));
    expect(misspelt.words).toMatch(/^Unknown option '--sorce'/);
    expect(misspelt.words).toContain(words);
  });

  it('asks for the admin key', async () => {
    expect(await send(args, { ADMIN_KEY: '' })).toEqual(
      refused('set ADMIN_KEY to the admin key that was shown at the first start'),
    );
  });

  it('asks for addresses that are some', async () => {
    for (const option of ['--url', '--webhooks']) {
      expect(await send([...args, option, 'localhost:3000'])).toEqual(
        refused(`${option} must look like http://127.0.0.1:3000`),
      );
    }
  });

  it('says so where nothing answers', async () => {
    const url = await nobody();
    expect(await send([...args, '--url', url])).toEqual(
      refused(`nothing answers at ${url}; start Hookwell (npm start) or say --url`),
    );
  });

  it('says so where something else answers', async () => {
    const server = await serve((_request, response) => response.end('<html>'));
    onTestFinished(() => server.close());
    expect(await send([...args, '--url', server.url])).toEqual(
      refused(
        `${server.url} has no sources; say --url with the admin face of a process that accepts webhooks`,
      ),
    );
  });

  it('says so where PROVIDERS_DIR is no folder', async () => {
    const server = await serve((_request, response) =>
      response.setHeader('content-type', 'application/json').end('[]'),
    );
    onTestFinished(() => server.close());
    expect(await send([...args, '--url', server.url], { PROVIDERS_DIR: '/does/not/exist' })).toEqual(
      refused('PROVIDERS_DIR names a folder that cannot be read: /does/not/exist'),
    );
  });
});

describe('the trail', () => {
  const tried = (attempt: number, second: number, rest: Partial<Attempt> = {}): Attempt => ({
    run: 0,
    attempt,
    outcome: 'ERRORED',
    startedAt: `2026-01-31T12:00:0${second}.000Z`,
    durationMs: 7,
    result: null,
    error: 'Error: no\n    at handle (file.js:1:1)',
    retryAt: '2026-01-31T12:01:00.000Z',
    ...rest,
  });
  const operations = (first: Attempt[], second: Attempt[]): Parameters<Trail['newLines']>[0] => ({
    operations: [
      { handler: 'First', attempts: first },
      { handler: 'Second', attempts: second },
    ],
  });
  const line = (handler: string, attempt: number): string =>
    `  ${handler} attempt ${attempt}: ERRORED in 7 ms Error: no, again at 2026-01-31T12:01:00.000Z`;

  it('tells what is new of each handler, whichever is tried again first', () => {
    const trail = new Trail();
    expect(trail.newLines(operations([tried(1, 0)], [tried(1, 1)]))).toEqual([
      line('First', 1),
      line('Second', 1),
    ]);
    expect(trail.newLines(operations([tried(1, 0), tried(2, 2)], [tried(1, 1)]))).toEqual([line('First', 2)]);
    expect(trail.newLines(operations([tried(1, 0), tried(2, 2)], [tried(1, 1)]))).toEqual([]);
    expect(
      trail.newLines(operations([tried(1, 0), tried(2, 2), tried(3, 5)], [tried(1, 1), tried(2, 4)])),
    ).toEqual([line('Second', 2), line('First', 3)]);
  });

  it('tells the attempts of a replay, which count from 1 again', () => {
    const trail = new Trail();
    trail.newLines(operations([tried(1, 0)], []));
    const replayed = tried(1, 3, { run: 1 });
    expect(trail.newLines(operations([tried(1, 0), replayed], []))).toEqual([line('First', 1)]);
  });
});

describe('the post', () => {
  it('is tried again where the process does not know the source yet', async () => {
    const statuses = [404, 404, 200];
    const server = await serve((_request, response) => {
      response.statusCode = statuses.shift() ?? 500;
      response.end('{}');
    });
    onTestFinished(() => server.close());
    expect(await post(server.url, { headers: {}, body: Buffer.from('{}') })).toEqual({
      status: 200,
      text: '{}',
    });
  });
});

/** A server on a free port of the loopback that is none of ours. */
async function serve(answer: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** An address that nobody listens on any more. */
async function nobody(): Promise<string> {
  const server = await serve((_request, response) => response.end());
  await server.close();
  return server.url;
}
