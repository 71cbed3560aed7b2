import { createHmac, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import { sign } from 'hookwell/signatures';
import { loadProviderFolders } from '../src/providers/provider-folders.js';

const USAGE = `
Signs a provider's sample, posts it to a running Hookwell, and follows the event until it has ended.

  ADMIN_KEY=<admin key> npm run send -- --source stripe --type invoice.paid

  --source    the source to post to; one that does not exist is created
  --type      the sample's event type; without it, the provider's samples are listed
  --provider  the source's provider, where its name does not say it
  --secret    the source's secret, where this tool did not create the source
  --url       where the admin face is (default http://127.0.0.1:3000)
  --webhooks  where the webhook face is, if that is elsewhere (ADMIN_PORT)
`;

const SAMPLES = fileURLToPath(new URL('../../src/providers/', import.meta.url));
const POLL_MS = 100;
const FOLLOW_MS = 60_000;
const SPREAD_MS = 2000;

/** A mistake of the person at the keyboard; its message says what to do. */
class UsageError extends Error {}

interface Attempt {
  readonly run: number;
  readonly attempt: number;
  readonly outcome: string;
  readonly durationMs: number;
  readonly result: unknown;
  readonly error: string | null;
  readonly retryAt: string | null;
}

interface TrailEvent {
  readonly status: string;
  readonly unhandled: boolean;
  readonly lastError: string | null;
  readonly receivedAt: string;
  readonly processedAt: string | null;
  readonly operations: readonly { readonly handler: string; readonly attempts: readonly Attempt[] }[];
}

/** The admin face of the running service. */
class AdminApi {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async call<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new UsageError(`nothing answers at ${this.url}; start Hookwell (npm start) or say --url`);
    });
    if (response.status === 401) {
      throw new UsageError(
        'the admin key is not accepted; set ADMIN_KEY to the one shown at the first start',
      );
    }
    if (!response.ok) throw new UsageError(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      source: { type: 'string' },
      type: { type: 'string' },
      provider: { type: 'string' },
      secret: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:3000' },
      webhooks: { type: 'string' },
    },
  });
  const { source, type, url, webhooks = url } = values;
  const key = process.env['ADMIN_KEY'];
  if (source === undefined) throw new UsageError(USAGE);
  if (key === undefined)
    throw new UsageError('set ADMIN_KEY to the admin key that was shown at the first start');

  const admin = new AdminApi(url, key);
  const definition = await providerOf(admin, source, values.provider);
  const body = await sample(definition.slug, type);
  // The same key and source give the same secret, so that the tool can sign for a source that it has created before.
  const secret =
    values.secret ?? `whsec_${createHmac('sha256', key).update(`send ${source}`).digest('base64')}`;
  await createIfMissing(admin, source, definition.slug, secret);

  const id = randomUUID();
  const now = new Date();
  const delivery = definition.simulate({ type: type ?? '', body, id, now });
  const headers = {
    ...delivery.headers,
    ...sign(definition.scheme, { id, now, rawBody: delivery.body }, secret),
  };
  const eventId = await post(`${webhooks}/webhooks/${source}`, delivery.body, headers);
  await follow(admin, eventId);
}

async function providerOf(
  admin: AdminApi,
  source: string,
  named: string | undefined,
): Promise<ProviderDefinition> {
  const sources = await admin.call<{ name: string; provider: string }[]>('/sources');
  const slug = sources.find(({ name }) => name === source)?.provider ?? named ?? source;
  const folders = await loadProviderFolders(process.env['PROVIDERS_DIR']);
  const folder = folders.find(({ definition }) => definition.slug === slug);
  if (!folder) {
    const slugs = folders.map(({ definition }) => definition.slug).join(', ');
    throw new UsageError(`there is no provider ${slug}; say --provider with one of ${slugs}`);
  }
  return folder.definition;
}

/** The body of the provider's sample of a type. */
async function sample(slug: string, type: string | undefined): Promise<string> {
  const parents = [SAMPLES, process.env['PROVIDERS_DIR']].filter((parent) => parent !== undefined);
  const folders = parents.map((parent) => join(parent, slug, 'fixtures'));
  const types = (await Promise.all(folders.map(samplesIn))).flat();
  const found = types.find((candidate) => candidate.type === type);
  if (!found) {
    const list = types.map((candidate) => `\n  ${candidate.type}`).join('');
    throw new UsageError(`${slug} has samples of these types, say --type with one of them:${list}`);
  }
  return readFile(found.file, 'utf8');
}

async function samplesIn(folder: string): Promise<{ type: string; file: string }[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ type: file.slice(0, -'.json'.length), file: join(folder, file) }));
}

async function createIfMissing(
  admin: AdminApi,
  name: string,
  provider: string,
  secret: string,
): Promise<void> {
  const sources = await admin.call<{ name: string }[]>('/sources');
  if (sources.some((source) => source.name === name)) return;
  await admin.call('/sources', { name, provider, secret });
  say(`created source ${name} (provider ${provider})`);
}

async function post(url: string, body: Buffer, headers: Record<string, string | string[]>): Promise<string> {
  const deadline = Date.now() + SPREAD_MS;
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: new Headers(Object.entries(headers).flatMap(pairs)),
      body: new Uint8Array(body),
    });
    // A new source is known everywhere within a second.
    if (response.status === 404 && Date.now() < deadline) {
      await delay(POLL_MS);
      continue;
    }
    if (response.status === 401) {
      throw new UsageError('the signature was refused: the source has another secret, say it with --secret');
    }
    const text = await response.text();
    say(`POST ${url} (${body.length} bytes) -> ${response.status} ${text}`);
    if (!response.ok) throw new UsageError('the event was not accepted');
    return (JSON.parse(text) as { id: string }).id;
  }
}

function pairs([name, value]: [string, string | string[]]): [string, string][] {
  return [value].flat().map((text) => [name, text]);
}

/** Prints each attempt as it is recorded, and the end. */
async function follow(admin: AdminApi, eventId: string): Promise<void> {
  const deadline = Date.now() + FOLLOW_MS;
  let printed = 0;
  for (;;) {
    const event = await admin.call<TrailEvent>(`/events/${eventId}`);
    const attempts = event.operations.flatMap(({ handler, attempts: own }) =>
      own.map((attempt) => trailLine(handler, attempt)),
    );
    for (const line of attempts.slice(printed)) say(line);
    printed = attempts.length;
    if (event.status !== 'RECEIVED') {
      say(endLine(event));
      if (event.status === 'FAILED') process.exitCode = 1;
      return;
    }
    if (Date.now() > deadline) throw new UsageError(`still RECEIVED; look again: GET /events/${eventId}`);
    await delay(POLL_MS);
  }
}

function trailLine(
  handler: string,
  { attempt, outcome, durationMs, result, error, retryAt }: Attempt,
): string {
  const end = error?.split('\n')[0] ?? JSON.stringify(result);
  return `  ${handler} attempt ${attempt}: ${outcome} in ${durationMs} ms ${end}${retryAt ? `, again at ${retryAt}` : ''}`;
}

function endLine({ status, unhandled, lastError, receivedAt, processedAt }: TrailEvent): string {
  if (processedAt === null) return `${status} ${lastError ?? ''}`;
  const took = new Date(processedAt).getTime() - new Date(receivedAt).getTime();
  return `${status}${unhandled ? ' (no handler takes this type)' : ''}, ${took} ms after it arrived`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof UsageError ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
