import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import {
  type DerivedEvent,
  type EventHandler,
  parseJson,
  parsePayload,
  type ProviderDefinition,
  type ProviderRequest,
  WEBHOOK_HANDLER,
  type WebhookHandlerOptions,
} from 'hookwell/handler-kit';
import { canSign, secretFrom, type SignatureScheme, sign, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { type ProviderFolder, loadProviderFolders } from '../../src/providers/provider-folders.js';
import { ANY_DIGEST, DIGEST, expectedOf, PLAYED_AT, sampleOf, sampleTypes } from '../support/samples.js';

const SECRET_BYTES = Buffer.alloc(32, 'secret');
const ADDRESS = 'https://hooks.example.com/webhooks/acme';
const NOTHING = { id: null, type: null, orderingKey: null, occurredAt: null };

const NOT_EVENTS = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '7',
  '{"__proto__":{"id":1}}',
  '{"id":{},"type":[],"data":null}',
  '\u0000\uFFFD',
];

/** A sample as it would come, under the id given; signed where a secret alone can sign it. */
function played(definition: ProviderDefinition, type: string, id: string): ProviderRequest {
  const { slug, scheme } = definition;
  const { headers, body } = definition.simulate({ type, body: sampleOf(slug, type), id, now: PLAYED_AT });
  if (!canSign(scheme)) return { headers, body };
  const signature = sign(scheme, { id, now: PLAYED_AT, rawBody: body, url: ADDRESS }, secretOf(scheme));
  return { headers: { ...headers, ...signature }, body };
}

function secretOf(scheme: SignatureScheme): string {
  return secretFrom(SECRET_BYTES, scheme) ?? '';
}

/** What is found, without what is not said, and with the time as a text. */
function found(definition: ProviderDefinition, request: ProviderRequest): object {
  const { occurredAt, sequence, ...derived }: DerivedEvent = definition.derive(request);
  const time = occurredAt?.toISOString() ?? null;
  return { ...derived, occurredAt: time, ...(typeof sequence === 'number' && { sequence }) };
}

const folders = (await loadProviderFolders(undefined)).filter(
  (folder): folder is Required<ProviderFolder> => folder.definition !== undefined,
);

it('finds every folder beside it', () => {
  const names = readdirSync(resolve('src/providers'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(folders.map(({ definition }) => definition.slug).toSorted()).toEqual(names.toSorted());
});

describe.each(folders.map((folder) => ({ slug: folder.definition.slug, ...folder })))(
  'the provider folder $slug',
  ({ slug, definition, handlers }) => {
    const types = sampleTypes(slug);
    const optionsOf = (handler: object): WebhookHandlerOptions =>
      Reflect.getMetadata(WEBHOOK_HANDLER, handler) as WebhookHandlerOptions;

    it('says who it is and what it expects, and limits the body', () => {
      expect(definition.displayName.length).toBeGreaterThan(0);
      expect(definition.documentation).toMatch(/^https:\/\/\S+$/);
      expect(definition.bodyLimit).toBeGreaterThanOrEqual(64 * 1024);
      expect(definition.delivery.answerWithinMs ?? 1000).toBeGreaterThanOrEqual(500);
      expect(definition.delivery.retries).not.toBe('');
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

    it('says of each sample what is to be found in it', () => {
      expect(Object.keys(expectedOf(slug, '')).toSorted()).toEqual(types.toSorted());
    });

    it.each(types)('plays %s, and reads back what it played', (type) => {
      for (const id of ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']) {
        const expected = expectedOf(slug, id)[type];
        expect(found(definition, played(definition, type, id))).toEqual({
          id: expect.stringContaining(id) as string,
          type,
          ...expected,
          ...(expected?.id === ANY_DIGEST && { id: expect.stringMatching(DIGEST) as string }),
        });
      }
    });

    // Other signatures take a key that only the provider has, or are in the body.
    it.each(canSign(definition.scheme) ? types : [])('plays %s so that it verifies', (type) => {
      const { scheme } = definition;
      const { headers, body } = played(definition, type, 'msg_1');
      const request = { method: 'POST', url: ADDRESS, headers, rawBody: body };
      expect(verify(scheme, request, [secretOf(scheme)], PLAYED_AT)).toEqual({ valid: true, secretIndex: 0 });
    });

    it.each(NOT_EVENTS)('takes %j for no handshake, and answers nothing', (text) => {
      for (const handshake of definition.handshakes) {
        for (const method of ['GET', 'POST']) {
          const request = { method, query: new Map(), headers: {}, body: Buffer.from(text), secrets: [] };
          expect(handshake.answer({ ...request, isHandshakeSecret: () => false })).toBeNull();
        }
      }
    });

    it.each(NOT_EVENTS)('reads %j without a word, and finds nothing that is not there', (text) => {
      expect(found(definition, { headers: {}, body: Buffer.from(text) })).toEqual(NOTHING);
    });

    it('takes a repeated header for none', () => {
      const headers = new Proxy(
        {},
        {
          get: () => ['a', 'b'],
          getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: ['a', 'b'] }),
        },
      );
      expect(found(definition, { headers, body: Buffer.from('{}') })).toEqual(NOTHING);
    });
  },
);

it.each(sampleTypes('github'))("has GitHub's %s from the package that collects them", (type) => {
  const collected = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
    readonly name: string;
    readonly examples: readonly unknown[];
  }[];
  const examples = collected.find(({ name }) => name === type)?.examples;
  expect(examples).toContainEqual(JSON.parse(sampleOf('github', type)));
});

it.each(sampleTypes('github'))("reads GitHub's %s in a form as it reads it in JSON", (type) => {
  const { definition } =
    folders.find((folder) => folder.definition.slug === 'github') ?? expect.fail('there is no GitHub');
  const { headers, body } = played(definition, type, 'msg_1');
  const inForm = {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams({ payload: body.toString() }).toString()),
  };
  expect(found(definition, inForm)).toEqual(found(definition, { headers, body }));
  expect(parsePayload(inForm.headers, inForm.body)).toEqual(parseJson(body));
});

it("tells Shopify's shipped order from the one that was made", () => {
  const [made, shipped] = ['orders/create', 'orders/fulfilled'].map(
    (type) => JSON.parse(sampleOf('shopify', type)) as unknown,
  );
  expect(made).toMatchObject({ fulfillment_status: null, fulfillments: [] });
  expect(shipped).toMatchObject({ fulfillment_status: 'fulfilled', fulfillments: [{ status: 'success' }] });
});
