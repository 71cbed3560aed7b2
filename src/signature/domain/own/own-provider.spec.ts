import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { schemes, type SignedRequest, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { ownProvider, readCustom, storedCustom } from './own-provider.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const GOOD = { signed: '{body}', signature: { header: 'x-acme-signature', encoding: 'hex' } } as const;
const LIST = { ...GOOD.signature, separator: ',', prefix: 'v1=' };
const IN_LIST = { at: { prefix: 't=' }, unit: 'seconds' };
const TIMED = '{timestamp}.{body}';

const problems = (value: unknown): readonly string[] => {
  const read = readCustom(value);
  return 'problems' in read ? read.problems : [];
};
const inScheme = (change: object): readonly string[] => problems({ scheme: { ...GOOD, ...change } });
const inEvent = (event: unknown): readonly string[] => problems({ scheme: GOOD, event });
const starting = (text: string): string => expect.stringContaining(`custom.${text}`) as string;

const templates = Object.entries(schemes).flatMap(([slug, scheme]) =>
  scheme.keys === 'given' && scheme.template ? [{ slug, template: scheme.template }] : [],
);

describe('what an own provider is said to be', () => {
  it.each(templates)('may be what $slug is', ({ template }) => {
    expect(readCustom({ scheme: template })).toEqual({ custom: { scheme: template } });
  });

  it.each(templates)('is read as it was written, $slug say', ({ template }) => {
    const custom = { scheme: template, event: { type: { pointer: '/a~1b' }, id: { header: 'x-id' } } };
    expect(storedCustom(JSON.stringify(custom))).toEqual(custom);
  });

  it.each([
    ['a long name', { signature: { ...GOOD.signature, header: 'x'.repeat(101) } }],
    ['a reserved name', { signature: { ...GOOD.signature, header: 'cookie' } }],
    ['a long prefix, with a space first', { signature: { ...LIST, prefix: ` ${'é'.repeat(100)}` } }],
    ['a separator of no ASCII', { signature: { ...LIST, separator: '·' } }],
    ['a long text', { signed: `{body}${'x'.repeat(500)}` }],
    ['a time for more than a day', { timestamp: { at: { pointer: '/t' }, unit: 'seconds', tolerance: 1e6 } }],
    ['a long pointer', { timestamp: { at: { pointer: `/${'x'.repeat(500)}` }, unit: 'seconds' } }],
    ['many characters of an address', { signed: '{url}{body}', unescaped: ':'.repeat(51) }],
    ['a contradiction', { id: { header: 'x-id' } }],
  ])('is read with %s, which is not written any more', (_, change) => {
    const custom = { scheme: { ...GOOD, ...change } };
    expect(problems(custom)).not.toEqual([]);
    expect(storedCustom(JSON.stringify(custom))).toEqual(custom);
  });

  it.each([
    ['{'],
    ['null'],
    ['{"event":{}}'],
    ...[
      { signed: '{body}{nonce}' },
      { signed: 'x' },
      { salt: 'x' },
      { algorithm: 'sha3' },
      { key: 'pem' },
      { signature: { ...GOOD.signature, header: 'x sig' } },
      { signature: { ...LIST, separator: '' } },
      { timestamp: { at: { pointer: 't' }, unit: 'seconds' } },
      { timestamp: { at: { header: 'x-a', pointer: '/t' }, unit: 'seconds' } },
      { timestamp: { at: { header: 'x-a' }, unit: 'seconds', tolerance: 0 } },
    ].map((change) => [JSON.stringify({ scheme: { ...GOOD, ...change } })]),
  ])('is not guessed at where it is stored as %s', (text) => {
    expect(() => storedCustom(text)).toThrow();
  });

  it('is read with headers in any case', () => {
    const scheme = { ...GOOD, signature: { ...GOOD.signature, header: 'X-Acme-Signature' } };
    expect(storedCustom(JSON.stringify({ scheme }))).toEqual({ scheme: GOOD });
  });

  it('may be what the documentation has for an example', () => {
    const [, example = ''] = /```json\n([^]*?)```/.exec(readFileSync('docs/own-providers.md', 'utf8')) ?? [];
    expect(readCustom((JSON.parse(example) as { custom: unknown }).custom)).toHaveProperty('custom');
  });

  it('takes headers in any case, and keeps them in small letters', () => {
    const scheme = { ...GOOD, signature: { ...GOOD.signature, header: 'X-Acme-Signature' } };
    expect(readCustom({ scheme, event: { id: { header: 'X-Id' } } })).toEqual({
      custom: { scheme: GOOD, event: { id: { header: 'x-id' } } },
    });
  });

  it.each([
    ['no {body}', { signed: 'x' }, 'scheme.signed must have {body} in it'],
    [
      'an unknown slot',
      { signed: '{body}{nonce}' },
      'scheme.signed may have {id}, {timestamp}, {method}, {url}',
    ],
    ['a spaced slot', { signed: '{ id }{body}' }, 'scheme.signed may have'],
    [
      'a text that is too long',
      { signed: `{body}${'x'.repeat(500)}` },
      'scheme.signed must be a text of at most',
    ],
    ['{id} without its header', { signed: '{id}.{body}' }, 'scheme.id must name the header'],
    ['an id that is not signed', { id: { header: 'x-id' } }, 'scheme.id is of no use'],
    ['{timestamp} alone', { signed: TIMED }, 'scheme.timestamp must say where the time is'],
    [
      'a time that is not signed',
      { timestamp: { at: { header: 'x-time' }, unit: 'seconds' } },
      'scheme.timestamp must be signed',
    ],
    [
      'a time in no list',
      { signed: TIMED, timestamp: IN_LIST },
      'scheme.timestamp.at.prefix needs signature.separator',
    ],
    [
      'a header that has to be a number',
      { signed: TIMED, timestamp: { at: { header: 'x-time', is: 'number' }, unit: 'seconds' } },
      'scheme.timestamp.at.is needs timestamp.at.pointer',
    ],
    [
      'a time that has to be truth',
      { timestamp: { at: { pointer: '/t', is: 'boolean' }, unit: 'seconds' } },
      'scheme.timestamp.at.is must be one of number',
    ],
    [
      'a tolerance alone',
      { tolerance: 300 },
      'scheme.tolerance is unknown; there are algorithm, key, signed',
    ],
    [
      'a tolerance without a place',
      { timestamp: { tolerance: 300 } },
      'scheme.timestamp.at must be an object with header, prefix, pointer',
    ],
    [
      'a time without its unit',
      { signed: TIMED, timestamp: { at: { header: 'x-time' } } },
      'scheme.timestamp.unit must be one of seconds, milliseconds, iso8601',
    ],
    [
      'a time in two places',
      { signed: TIMED, timestamp: { at: { header: 'x', pointer: '/t' }, unit: 'seconds' } },
      'scheme.timestamp.at must have one of header, prefix, pointer, and no two',
    ],
    [
      'an empty separator',
      { signature: { ...LIST, separator: '' } },
      'scheme.signature.separator must be 1 to 100',
    ],
    ['an empty prefix', { signature: { ...LIST, prefix: '' } }, 'scheme.signature.prefix must be 1 to 100'],
    [
      'spaces without a list',
      { signature: { ...GOOD.signature, spaced: true } },
      'scheme.signature.spaced needs',
    ],
    [
      'no header name',
      { signature: { ...GOOD.signature, header: 'x sig' } },
      'scheme.signature.header must be the name',
    ],
    [
      'an empty header name',
      { signature: { ...GOOD.signature, header: '' } },
      'scheme.signature.header must be the name',
    ],
    [
      'a reserved header',
      { signature: { ...GOOD.signature, header: 'Host' } },
      'scheme.signature.header must not be',
    ],
    [
      'no encoding',
      { signature: { header: 'x-sig' } },
      'scheme.signature.encoding must be one of hex, base64',
    ],
    ['another digest', { algorithm: 'md5' }, 'scheme.algorithm must be one of sha1, sha256, sha512'],
    ['a null', { key: null }, 'scheme.key must be one of utf8'],
    ['characters of no address', { unescaped: ':' }, 'scheme.unescaped is of no use without {url}'],
    ...[
      ['hex', 'a'],
      ['base64', '='],
      ['base64', '/'],
      ['base64url', '_'],
      ['base64', 'and'],
    ].map(([encoding, separator]): [string, object, string] => [
      `a separator ${separator} of ${encoding} digits`,
      { signature: { ...LIST, prefix: 'v:', encoding, separator } },
      'scheme.signature.separator must have a character that the encoding has not',
    ]),
    [
      'a prefix with the separator in it',
      { signature: { ...LIST, separator: '=' } },
      'scheme.signature.prefix must not have the separator in it',
    ],
    [
      'a prefix of the time with the separator in it',
      { signed: TIMED, signature: { ...LIST, separator: '=', prefix: 'v:' }, timestamp: IN_LIST },
      'scheme.timestamp.at.prefix must not have the separator in it',
    ],
    [
      'signature and time in one header',
      { signed: TIMED, timestamp: { at: { header: 'X-Acme-Signature' }, unit: 'seconds' } },
      'scheme.timestamp.at.header must not be the header of the signature',
    ],
    [
      'signature and id in one header',
      { signed: '{id}{body}', id: { header: GOOD.signature.header } },
      'scheme.id.header must not be the header of the signature',
    ],
    [
      'id and time in one header',
      {
        ...{ signed: '{id}{timestamp}{body}', id: { header: 'x-one' } },
        timestamp: { at: { header: 'X-One' }, unit: 'seconds' },
      },
      'scheme.timestamp.at.header must not be the header of the signature or of the id',
    ],
    [
      'a time that looks like a signature',
      { signed: TIMED, signature: LIST, timestamp: { ...IN_LIST, at: { prefix: '1=' } } },
      'scheme contradicts itself',
    ],
  ])('has no scheme with %s', (_, change, problem) => {
    expect(inScheme(change)).toContainEqual(starting(problem));
  });

  it.each(['{id}{body}', '{body}{id}', '{id}{url}{body}', '{url}{id}.{body}', '{id}{method}{body}'])(
    'has no id that ends nowhere: %s',
    (signed) => {
      expect(inScheme({ signed, id: { header: 'x-id' } })).toEqual([
        starting('scheme.signed must have something between {id}'),
      ]);
    },
  );

  it.each(['{timestamp}{body}', '{body}{timestamp}', '{timestamp}{url}.{body}'])(
    'has no time that ends nowhere and may be any: %s',
    (signed) => {
      const timestamp = { at: { header: 'x-time' }, unit: 'seconds' };
      expect(inScheme({ signed, timestamp })).toEqual([starting('scheme.timestamp.tolerance is needed')]);
      expect(inScheme({ signed, timestamp: { ...timestamp, unit: 'iso8601' } })).toEqual([]);
      expect(inScheme({ signed, timestamp: { ...timestamp, tolerance: 300 } })).toEqual([]);
    },
  );

  it.each<[unknown, string]>([
    [{ type: {} }, 'event.type must have one of pointer, header'],
    [{ type: { pointer: '/a', header: 'b' } }, 'event.type must have one of pointer, header'],
    [{ type: { pointer: 'a' } }, 'event.type.pointer must be a JSON pointer'],
    [{ type: { pointer: '' } }, 'event.type.pointer must be a JSON pointer'],
    [{ type: { pointer: '/a~2' } }, 'event.type.pointer must be a JSON pointer'],
    [{ id: { header: 'a:b' } }, 'event.id.header must be the name of a header'],
    ...['Authorization', 'proxy-authorization'].flatMap((header): [unknown, string][] => [
      [{ id: { header } }, 'event.id.header must not be authorization, proxy-authorization'],
      [{ type: { header } }, 'event.type.header must not be authorization'],
      [{ orderingKey: { header } }, 'event.orderingKey.header must not be authorization'],
      [{ occurredAt: { header, unit: 'seconds' } }, 'event.occurredAt.header must not be authorization'],
    ]),
    [{ id: '/a' }, 'event.id must be an object with pointer, header'],
    [{ occurredAt: { pointer: '/a' } }, 'event.occurredAt.unit must be one of'],
    [
      { orderingkey: { pointer: '/a' } },
      'event.orderingkey is unknown; there are id, type, orderingKey, occurredAt',
    ],
    [null, 'event must be an object with'],
  ])('has no event with %j', (event, problem) => {
    expect(inEvent(event)).toEqual([starting(problem)]);
  });

  it('is told all at once, each with its field', () => {
    const scheme = { signed: '{id}.{body}', signature: { header: '?', encoding: 'hex', x: 1 }, spaced: true };
    expect(problems({ scheme, event: { id: {}, type: 1 }, more: 1 })).toEqual([
      starting('scheme.signature.header must be the name'),
      starting('scheme.signature.x is unknown'),
      starting('scheme.spaced is unknown'),
      starting('event.id must have one of'),
      starting('event.type must be an object'),
      starting('more is unknown; there are scheme, event'),
      starting('scheme.id must name'),
    ]);
  });

  it('may be signed in the authorization header, and is read where its event is in it', () => {
    const signature = { ...GOOD.signature, header: 'authorization' };
    expect(problems({ scheme: { ...GOOD, signature } })).toEqual([]);
    const stored = { scheme: GOOD, event: { id: { header: 'authorization' } } };
    expect(storedCustom(JSON.stringify(stored))).toEqual(stored);
  });

  it.each([undefined, null, 1, 'x', [], {}])('is not %j', (value) => {
    expect(problems(value)).not.toEqual([]);
  });
});

describe('an own provider', () => {
  const event = {
    id: { pointer: '/data/id' },
    type: { header: 'x-type' },
    orderingKey: { pointer: '/data/a~1b/0' },
    occurredAt: { pointer: '/at', unit: 'iso8601' },
  } as const;
  const derive = (headers: SignedRequest['headers'], body: string | Buffer, change: object = {}) =>
    ownProvider('custom:acme', { scheme: GOOD, event: { ...event, ...change } }).derive({
      headers,
      body: Buffer.from(body),
    });
  const NOTHING = { id: null, type: null, orderingKey: null, occurredAt: null };

  it('reads its event by pointers and headers', () => {
    const body = '{"data":{"id":7,"a/b":["key"]},"at":"2026-01-31T13:00:00+01:00"}';
    expect(derive({ 'x-type': 'made' }, body)).toEqual({
      id: '7',
      type: 'made',
      orderingKey: 'key',
      occurredAt: NOW,
    });
  });

  it('reads the fields of a form', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(derive(headers, 'event=e-1', { id: { pointer: '/event' } })).toMatchObject({ id: 'e-1' });
  });

  it.each([
    ['seconds', 1_769_860_800],
    ['milliseconds', '1769860800000'],
    ['iso8601', '2026-01-31T12:00:00Z'],
  ])('reads a time in %s', (unit, at) => {
    const occurredAt = { pointer: '/at', unit };
    expect(derive({}, JSON.stringify({ at }), { occurredAt })).toMatchObject({ occurredAt: NOW });
  });

  it.each(['2026', '1769860800', 'tomorrow', '2026-13-01T00:00:00Z', 5])('takes %j for no date', (at) => {
    expect(derive({}, JSON.stringify({ at }))).toEqual(NOTHING);
  });

  it('takes no id from a number that JSON has rounded, for two would be one', () => {
    expect(derive({}, '{"data":{"id":12345678901234567890}}')).toEqual(NOTHING);
    expect(derive({}, '{"data":{"id":1769860800.1234567}}')).toEqual(NOTHING);
    expect(derive({}, '{"data":{"id":1e-7}}')).toEqual(NOTHING);
    expect(derive({}, '{"data":{"id":"12345678901234567890"}}')).toMatchObject({
      id: '12345678901234567890',
    });
  });

  it.each(['/__proto__/x', '/constructor/name', '/length', '/toString'])('finds nothing at %s', (pointer) => {
    for (const body of ['{}', '[]', '"text"']) expect(derive({}, body, { id: { pointer } })).toEqual(NOTHING);
    expect(derive({}, '{"__proto__":{"x":"own"}}', { id: { pointer: '/__proto__/x' } }).id).toBe('own');
  });
});

const header = fc.constantFrom(
  'x-id',
  'x-time',
  'x-sig',
  'X-Sig-*',
  '__proto__',
  'constructor',
  "!#$%&'*+.^_`|~",
);
const prefix = fc.constantFrom('t=', 'v1=', 'sha256=', '=', 'T');
const pointer = fc.constantFrom('/id', '/data/0/t', '/__proto__/x', '/a~1b', '/constructor', '/');
const unit = fc.constantFrom('seconds', 'milliseconds', 'iso8601');
const place = fc.oneof(fc.record({ pointer }), fc.record({ header }));
const timestamp = fc.record(
  {
    at: fc.oneof(place, fc.record({ prefix }), fc.record({ pointer, is: fc.constant('number') })),
    unit,
    tolerance: fc.integer({ min: 1, max: 86_400 }),
  },
  { requiredKeys: ['at', 'unit'] },
);
const signature = fc.record(
  {
    header,
    encoding: fc.constantFrom('hex', 'base64', 'base64url'),
    prefix,
    separator: fc.constantFrom(',', ';', ' ', ', ', '=', 'a'),
    spaced: fc.boolean(),
  },
  { requiredKeys: ['header', 'encoding', 'separator'] },
);
const scheme = fc
  .record(
    {
      algorithm: fc.constantFrom('sha1', 'sha256', 'sha512'),
      key: fc.constantFrom('utf8', 'hex', 'base64', 'whsec'),
      signature,
      id: fc.record({ header }),
      timestamp,
    },
    { requiredKeys: ['signature'] },
  )
  .chain((fields) => {
    const slots = ['{body}', '{method}', '{url}', '.', ...('id' in fields ? ['{id}'] : [])];
    const all = [...slots, ...('timestamp' in fields ? ['{timestamp}'] : [])];
    return fc
      .shuffledSubarray(all, { minLength: all.length })
      .map((pieces) => ({ ...fields, signed: pieces.join('') }));
  });
const event = fc.record(
  {
    id: place,
    type: place,
    orderingKey: place,
    occurredAt: fc.tuple(place, unit).map(([at, given]) => ({ ...at, unit: given })),
  },
  { requiredKeys: [] },
);
const text = fc.oneof(header, prefix, fc.string());
const requests = fc.record({
  method: fc.string(),
  url: fc.string(),
  headers: fc.dictionary(
    text.map((name) => name.toLowerCase()),
    fc.oneof(text, fc.array(text, { maxLength: 2 })),
  ),
  rawBody: fc.oneof(fc.json(), fc.string()).map((body) => Buffer.from(body)),
});

it('never throws, whatever is accepted and whatever comes', () => {
  let accepted = 0;
  fc.assert(
    fc.property(scheme, event, requests, text, (described, events, request, secret) => {
      const read = readCustom({ scheme: described, event: events });
      if (!('custom' in read)) return;
      accepted += 1;
      const provider = ownProvider('custom', read.custom);
      verify(provider.scheme, request, [secret], NOW);
      provider.derive({ headers: request.headers, body: request.rawBody });
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(50);
});

it('never throws over what is to be a description', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ scheme: fc.anything(), event: fc.anything() })),
      (value) => {
        readCustom(value);
      },
    ),
  );
});
