import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RejectEvent } from './errors.js';
import {
  bodyDigest,
  headerField,
  joinFields,
  listField,
  millisecondsField,
  parseJson,
  parsePayload,
  payloadOf,
  secondsField,
  sharedField,
  stringField,
  timeField,
  utcField,
} from './payload.js';

describe('parseJson', () => {
  it.each([
    ['{"a":[1,"é"]}', { a: [1, 'é'] }],
    ['null', null],
    ['7', 7],
  ])('reads %s', (text, value) => {
    expect(parseJson(Buffer.from(text))).toEqual(value);
  });

  it.each([
    ['nothing', Buffer.from('')],
    ['half a body', Buffer.from('{"a":')],
    ['bytes that are not UTF-8, which would come out as other characters', Buffer.from('"é"', 'latin1')],
  ])('finds no JSON in %s', (_, body) => {
    expect(parseJson(body)).toBeUndefined();
  });
});

describe('parsePayload', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

  it.each([
    ['JSON', {}, '{"a":1}', { a: 1 }],
    ['JSON that is called a form', FORM, '{"a":1}', { a: 1 }],
    ['a form', FORM, 'From=%2B1501&Body=a+b%C3%A9', { From: '+1501', Body: 'a bé' }],
    ['a field that is there twice', FORM, 'a=1&b=2&a=3', { a: ['1', '3'], b: '2' }],
    ['an empty form', FORM, '', {}],
    ['JSON in a form, as the JSON', FORM, 'payload=%7B%22a%22%3A%22b%26c%22%7D', { a: 'b&c' }],
    [
      'JSON in a form beside another field, as a field',
      FORM,
      'payload=%7B%7D&a=1',
      { payload: '{}', a: '1' },
    ],
    ['JSON in a form twice, as fields', FORM, 'payload=1&payload=2', { payload: ['1', '2'] }],
    ['a field of that name that is a number', FORM, 'payload=42', { payload: '42' }],
    ['a field of that name that is no JSON', FORM, 'payload=a', { payload: 'a' }],
    ['a form that nobody calls one', { 'content-type': 'text/plain' }, 'a=1', undefined],
    ['a form under two types', { 'content-type': [FORM['content-type'], 'text/plain'] }, 'a=1', undefined],
  ])('reads %s', (_, headers, text, payload) => {
    expect(parsePayload(headers, Buffer.from(text))).toEqual(payload);
  });

  it('has no field that reaches the prototype', () => {
    const payload = parsePayload(FORM, Buffer.from('__proto__=1&toString=2')) as object;
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    expect(Object.keys(payload)).toEqual(['__proto__', 'toString']);
  });
});

describe('stringField', () => {
  it.each([
    ['a text', { a: { b: 'c' } }, 'c'],
    ['a number, as text', { a: { b: 0 } }, '0'],
    ['an empty text, which is none', { a: { b: '' } }, null],
    ['an object', { a: { b: {} } }, null],
    ['true', { a: { b: true } }, null],
    ['nothing, where the path ends early', { a: null }, null],
    ['nothing, where the path leads through a text', { a: 'b' }, null],
    ['nothing, where there is no object', undefined, null],
  ])('finds %s', (_, value, found) => {
    expect(stringField(value, 'a', 'b')).toBe(found);
  });

  it('sees only what the sender has sent', () => {
    expect(stringField(Object.create({ inherited: 'a' }), 'inherited')).toBeNull();
  });
});

describe('listField', () => {
  it('gives the list', () => {
    expect(listField({ a: { b: [1, null] } }, 'a', 'b')).toEqual([1, null]);
    expect(listField([1])).toEqual([1]);
  });

  it.each([{ a: {} }, { a: { b: { length: 1 } } }, null])('gives an empty one for %j', (value) => {
    expect(listField(value, 'a', 'b')).toEqual([]);
  });
});

describe('sharedField', () => {
  it.each([
    ['what all have', [{ a: 'x' }, { a: 'x' }], 'x'],
    ['nothing where they differ', [{ a: 'x' }, { a: 'y' }], null],
    ['nothing where one has none', [{ a: 'x' }, {}], null],
    ['nothing in no items', [], null],
  ])('gives %s', (_, items, shared) => {
    expect(sharedField(items, 'a')).toBe(shared);
  });
});

describe('joinFields', () => {
  it('joins what is all there', () => {
    expect(joinFields('a', 'b')).toBe('a b');
    expect(joinFields('a', null)).toBeNull();
    expect(joinFields()).toBeNull();
  });
});

describe('bodyDigest', () => {
  // As sha256sum gives them; the first is the example of FIPS 180-2, appendix B.1.
  it.each([
    ['abc', Buffer.from('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['nothing', Buffer.alloc(0), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('is the SHA-256 of %s', (_, body, digest) => {
    expect(bodyDigest(body)).toBe(digest);
  });

  it('tells bytes apart that are no text', () => {
    expect(bodyDigest(Buffer.from([0xff]))).not.toBe(bodyDigest(Buffer.from([0xfe])));
  });
});

describe('headerField', () => {
  it.each([
    ['sent once', { 'x-id': 'a' }, 'a'],
    ['empty', { 'x-id': '' }, null],
    ['sent twice', { 'x-id': ['a', 'b'] }, null],
    ['missing', {}, null],
  ])('reads a header that is %s', (_, headers, value) => {
    expect(headerField(headers, 'x-id')).toBe(value);
  });

  it("does not take an object's own members for headers", () => {
    expect(headerField(Object.create({ 'x-id': 'inherited' }) as Record<string, string>, 'x-id')).toBeNull();
  });
});

describe('timeField', () => {
  it.each([
    ['2026-01-31T12:00:00.5+01:00', '2026-01-31T11:00:00.500Z'],
    [1_769_860_800, '2026-01-31T12:00:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
  ])('reads %s', (value, time) => {
    expect(timeField(value)?.toISOString()).toBe(time);
  });

  it.each([null, '', 'yesterday', Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])(
    'finds no time in %s',
    (value) => {
      expect(timeField(value)).toBeNull();
    },
  );
});

describe('utcField', () => {
  it.each([
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00Z',
    '2026-01-31T13:00:00+01:00',
    '2026-01-31T11:00:00-0100',
  ])('reads %s', (text) => {
    expect(utcField(text)?.toISOString()).toBe('2026-01-31T12:00:00.000Z');
  });

  it.each([null, '', 'noon'])('finds none in %j', (text) => {
    expect(utcField(text)).toBeNull();
  });
});

describe('secondsField and millisecondsField', () => {
  it('read the same time', () => {
    expect(secondsField('1769860800')?.toISOString()).toBe('2026-01-31T12:00:00.000Z');
    expect(secondsField('1769860800.5')?.toISOString()).toBe('2026-01-31T12:00:00.500Z');
    expect(millisecondsField('1769860800500')?.toISOString()).toBe('2026-01-31T12:00:00.500Z');
  });

  it.each([null, '', ' ', 'NaN', '1e9', '0x10', '-1', '2026-01-31', '9'.repeat(20)])(
    'find no time in %j',
    (text) => {
      expect([secondsField(text), millisecondsField(text)]).toEqual([null, null]);
    },
  );
});

describe('payloadOf', () => {
  const Order = z.object({
    order: z.object({ id: z.string(), lines: z.array(z.object({ sku: z.string() })) }),
  });
  const rejection = (payload: unknown): unknown => {
    try {
      return payloadOf(Order, { payload });
    } catch (error) {
      return error;
    }
  };

  it('gives what the schema asks for, and nothing else', () => {
    const order = { id: 'a', lines: [{ sku: 'b' }] };
    expect(payloadOf(Order, { payload: { order: { ...order, extra: 1 }, extra: 1 } })).toEqual({ order });
  });

  it.each([
    ['a field', { order: { id: 7, lines: [] } }, /^payload\.order\.id: .*string/],
    ['the first of two', { order: { id: 7, lines: null } }, /^payload\.order\.id: /],
    ['one in a list', { order: { id: 'a', lines: [{ sku: 'b' }, {}] } }, /^payload\.order\.lines\.1\.sku: /],
    ['the payload itself', null, /^payload: .*object/],
  ])('rejects for good what has another shape, and names %s', (_, payload, message) => {
    const error = rejection(payload);
    expect(error).toBeInstanceOf(RejectEvent);
    expect((error as Error).message).toMatch(message);
  });
});
