import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type EventHandler, WEBHOOK_HANDLER, type WebhookHandlerOptions } from 'hookwell/handler-kit';
import { secretProblem, sign, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { loadProviderFolders } from '../../src/providers/provider-folders.js';

const ROOT = resolve('src/providers');
const NOW = new Date('2026-01-31T12:00:00.000Z');
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** Types of which the folder has a sample; a type with a slash is a folder and a file. */
function sampleTypes(slug: string): string[] {
  const folder = join(ROOT, slug, 'fixtures');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** The sample as it is in the folder. */
function sample(slug: string, type: string): string {
  return readFileSync(join(ROOT, slug, 'fixtures', `${type}.json`), 'utf8');
}

/** What the definition has to find in each sample that is played at NOW: `expected.json` in the folder. */
type Expected = Readonly<
  Record<string, { readonly orderingKey: string | null; readonly occurredAt: string }>
>;

const folders = await loadProviderFolders(undefined);

it('finds every folder beside it', () => {
  const names = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(folders.map(({ definition }) => definition.slug).toSorted()).toEqual(names.toSorted());
});

describe.each(folders.map((folder) => ({ slug: folder.definition.slug, ...folder })))(
  'the provider folder $slug',
  ({ slug, definition, handlers }) => {
    const types = sampleTypes(slug);
    const expected = JSON.parse(readFileSync(join(ROOT, slug, 'expected.json'), 'utf8')) as Expected;
    const optionsOf = (handler: object): WebhookHandlerOptions =>
      Reflect.getMetadata(WEBHOOK_HANDLER, handler) as WebhookHandlerOptions;

    it('says who it is, and limits the body', () => {
      expect(definition.displayName.length).toBeGreaterThan(0);
      expect(definition.bodyLimit).toBeGreaterThanOrEqual(64 * 1024);
      expect(secretProblem(definition.scheme, SECRET)).toBeNull();
    });

    it('has handlers for its own events only, and a sample for each type that they name', () => {
      for (const handler of handlers) {
        const options = optionsOf(handler);
        expect(options.provider).toBe(slug);
        expect(typeof (handler.prototype as Partial<EventHandler>).handle).toBe('function');
        if (!options.types.includes('*')) expect(types).toEqual(expect.arrayContaining([...options.types]));
      }
      expect(types.length).toBeGreaterThan(0);
    });

    it.each(types)('plays %s so that it verifies, and reads back what it played', (type) => {
      const body = sample(slug, type);
      const play = (id: string): ReturnType<typeof definition.derive> => {
        const delivery = definition.simulate({ type, body, id, now: NOW });
        const signed = sign(definition.scheme, { id, now: NOW, rawBody: delivery.body }, SECRET);
        const headers = { ...delivery.headers, ...signed };
        const request = { method: 'POST', url: `/webhooks/${slug}`, headers, rawBody: delivery.body };
        expect(verify(definition.scheme, request, [SECRET], NOW)).toEqual({ valid: true, secretIndex: 0 });
        return definition.derive({ headers, body: delivery.body });
      };
      for (const id of ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']) {
        const { occurredAt, ...derived } = play(id);
        expect({ ...derived, occurredAt: occurredAt?.toISOString() }).toEqual({
          id: expect.stringContaining(id) as string,
          type,
          ...expected[type],
        });
      }
    });

    it.each([
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '7',
      '{"__proto__":{"id":1}}',
      '{"id":{},"type":[],"data":null}',
      '\u0000\uFFFD',
    ])('reads %j without a word, and finds nothing that is not there', (text) => {
      const derived = definition.derive({ headers: {}, body: Buffer.from(text) });
      expect(derived).toEqual({ id: null, type: null, orderingKey: null, occurredAt: null });
    });

    it('takes a repeated header for none', () => {
      const headers = new Proxy(
        {},
        {
          get: () => ['a', 'b'],
          getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: ['a', 'b'] }),
        },
      );
      const derived = definition.derive({ headers, body: Buffer.from('{}') });
      expect(derived).toEqual({ id: null, type: null, orderingKey: null, occurredAt: null });
    });
  },
);

it.each(sampleTypes('github'))("has GitHub's %s from the package that collects them", (type) => {
  const collected = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
    readonly name: string;
    readonly examples: readonly unknown[];
  }[];
  const examples = collected.find(({ name }) => name === type)?.examples;
  expect(examples).toContainEqual(JSON.parse(sample('github', type)));
});

it("tells Shopify's shipped order from the one that was made", () => {
  const [made, shipped] = ['orders/create', 'orders/fulfilled'].map(
    (type) => JSON.parse(sample('shopify', type)) as unknown,
  );
  expect(made).toMatchObject({ fulfillment_status: null, fulfillments: [] });
  expect(shipped).toMatchObject({ fulfillment_status: 'fulfilled', fulfillments: [{ status: 'success' }] });
});
