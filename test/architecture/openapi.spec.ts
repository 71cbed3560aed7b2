import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly schema: { readonly type?: string; readonly example?: unknown };
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: object };
}

/** Routes that need no admin key; all others are for admins. */
const OPEN = /^\/(webhooks|health|metrics)\b/;

/** What is answered as plain text. */
const PLAIN = new Set(['answerHandshake', 'getMetrics']);

const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    path,
    isCommand: method !== 'get' && !OPEN.test(path),
    operation,
  })),
);

const ajv = new Ajv({ strict: false });
formats.default(ajv);

/** What keeps an example from being what its schema says; null where nothing does. */
function objection(schema: object, example: unknown): unknown {
  const validate = ajv.compile({ ...schema, components: api.components });
  return validate(example) ? null : validate.errors;
}

/** The examples of a body; there has to be one, and each has to be what the schema says. */
function examplesOf(body: Content | undefined, type: string): unknown[] {
  const media = body?.content?.[type];
  expect(Object.keys(body?.content ?? {})).toEqual([type]);
  const examples = media?.examples ? Object.values(media.examples).map(({ value }) => value) : [];
  if (media?.example !== undefined) examples.push(media.example);
  expect(examples).not.toEqual([]);
  for (const example of examples) expect(objection(media?.schema ?? {}, example)).toBeNull();
  return examples;
}

describe('docs/openapi.json', () => {
  it('lists every route that there is', () => {
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual([
      'addSecret',
      'answerHandshake',
      'cancelReplay',
      'changeSource',
      'createSource',
      'discardEvent',
      'getEvent',
      'getMetrics',
      'getReplay',
      'getStats',
      'getSteering',
      'isLive',
      'isReady',
      'listAudit',
      'listEvents',
      'listProviders',
      'listRejections',
      'listReplays',
      'listSecrets',
      'listSources',
      'pause',
      'receiveWebhook',
      'removeLimit',
      'replayEvent',
      'replayEvents',
      'resume',
      'revealSecret',
      'revokeSecret',
      'setLimit',
      'verifyCapturedRequest',
    ]);
  });

  describe.each(operations)('$name', ({ path, isCommand, operation }) => {
    it('says what it does, and which key it takes', () => {
      expect(operation.summary).toMatch(/\w/);
      expect(operation.security).toEqual(OPEN.test(path) ? [] : [{ bearer: [] }]);
    });

    it('has a type and a fitting example for every parameter', () => {
      for (const { name, schema } of operation.parameters ?? []) {
        expect([name, schema]).toEqual([
          name,
          expect.objectContaining({ type: expect.any(String) as string }),
        ]);
        expect([name, schema.example]).not.toEqual([name, undefined]);
        expect([name, objection(schema, schema.example)]).toEqual([name, null]);
      }
    });

    it('has a fitting example of the body that it takes', () => {
      if (operation.requestBody) examplesOf(operation.requestBody, 'application/json');
    });

    it('has a description and a fitting example of what it answers when all is well', () => {
      const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect(good).not.toEqual([]);
      for (const [, answer] of good) {
        expect(answer.description).toMatch(/\w/);
        examplesOf(answer, PLAIN.has(operation.operationId ?? '') ? 'text/plain' : 'application/json');
      }
    });

    it('has a problem document of its status for every error, and the errors that its kind has', () => {
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining([
          ...(operation.security?.length ? ['401', '500'] : []),
          ...(isCommand ? ['403', '503'] : []),
          ...(operation.requestBody ? ['400', '413', '500', '503'] : []),
        ]),
      );
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (status.startsWith('2')) continue;
        expect(answer.description).toMatch(/\w/);
        for (const example of examplesOf(answer, 'application/problem+json')) {
          expect(example).toMatchObject({
            status: Number(status),
            detail: expect.stringMatching(/^\w.+\.$/) as string,
          });
        }
      }
    });
  });

  it('takes an admin key as a plain bearer token', () => {
    expect(api.components.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', description: expect.any(String) as string },
    });
  });
});
