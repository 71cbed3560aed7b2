import fc from 'fast-check';
import type { SignedRequest } from 'hookwell/signatures';
import { NOW } from '../../../support/own-senders/own-sender.js';
import type { Subject } from './subjects.js';

/** All that a verification is given. */
export interface Given {
  readonly request: SignedRequest;
  readonly secrets: readonly string[];
  readonly now: Date;
}

/** Does something to it that its provider would not. */
export type Mutation = (given: Given) => Given;

const HUGE = 100_000;
const YEAR_MS = 31_536_000_000;
/** What no server hands over, nor any careful caller. */
const ODD: readonly unknown[] = [
  undefined,
  null,
  0,
  1.5,
  true,
  {},
  [],
  [''],
  [[]],
  [undefined],
  Symbol('odd'),
  1n,
];
const NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  ' ',
];
const PIECES: readonly string[] = [
  ...['', ' ', ',', '=', '.', ':', '|', '&', '%', '\0', '\n', '\u00A0', '\uFEFF', '\uFFFD', '\uD800', '💥'],
  ...['t=', 'v1=', 'v1,', 'sha256=', 'Bearer ', 'null', '[]', '{}', '1e3', '-1', '0x1', 'NaN', '__proto__'],
];

const piece = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
);
const odd = fc.constantFrom(...ODD) as fc.Arbitrary<string>;
/** A place in a text or in bytes, of whatever length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.uint8Array({ maxLength: 16 });

function onHeaders(change: (headers: SignedRequest['headers']) => SignedRequest['headers']): Mutation {
  return (given) => {
    const { request } = given;
    // What is odd already stays so.
    if (!isObject(request) || !isObject(request.headers)) return given;
    return { ...given, request: { ...request, headers: change(request.headers) } };
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function onRequest(change: (request: SignedRequest) => SignedRequest): Mutation {
  return (given) => (isObject(given.request) ? { ...given, request: change(given.request) } : given);
}

function onBody(change: (body: Buffer) => Buffer): Mutation {
  return (given) => {
    const { request } = given;
    if (!isObject(request) || !Buffer.isBuffer(request.rawBody)) return given;
    return { ...given, request: { ...request, rawBody: change(request.rawBody) } };
  };
}

/** Puts a text in place of a part of another. */
function spliced(text: string, from: number, to: number, by: string): string {
  const [start, end] = [from, to].map((at) => Math.floor(at * (text.length + 1))).sort((a, b) => a - b);
  return text.slice(0, start) + by + text.slice(end);
}

function splicedBytes(body: Buffer, from: number, to: number, by: Uint8Array): Buffer {
  const [start, end] = [from, to].map((at) => Math.floor(at * (body.length + 1))).sort((a, b) => a - b);
  return Buffer.concat([body.subarray(0, start), by, body.subarray(end)]);
}

/** Whatever can be done to a header of the subject. */
function ofHeaders(name: fc.Arbitrary<string>): fc.Arbitrary<Mutation>[] {
  const set = (key: string, value: unknown): Mutation =>
    onHeaders((headers) => ({ ...headers, [key]: value }) as SignedRequest['headers']);
  const rewritten = (key: string, change: (value: string) => unknown): Mutation =>
    onHeaders((headers) => {
      const value = headers[key];
      return typeof value === 'string' ? ({ ...headers, [key]: change(value) } as typeof headers) : headers;
    });
  return [
    name.map((key) =>
      onHeaders((headers) => Object.fromEntries(Object.entries(headers).filter(([one]) => one !== key))),
    ),
    name.map((key) => rewritten(key, (value) => [value, value])),
    name.map((key) => rewritten(key, (value) => [value])),
    fc.tuple(name, piece).map(([key, text]) => rewritten(key, (value) => [value, text])),
    name.map((key) => onHeaders((headers) => ({ ...headers, [key.toUpperCase()]: headers[key] ?? '' }))),
    fc
      .tuple(name, name)
      .map(([a, b]) =>
        onHeaders((headers) => ({ ...headers, [a]: headers[b] ?? '', [b]: headers[a] ?? '' })),
      ),
    fc
      .tuple(name, place, piece)
      .map(([key, at, text]) => rewritten(key, (value) => spliced(value, at, at, text))),
    fc
      .tuple(name, place, place, piece)
      .map(([key, from, to, text]) => rewritten(key, (value) => spliced(value, from, to, text))),
    fc.tuple(name, place).map(([key, at]) => rewritten(key, (value) => spliced(value, at, 1, ''))),
    name.map((key) => rewritten(key, (value) => value.toUpperCase())),
    fc
      .tuple(name, fc.constantFrom(', ', ',', ' '))
      .map(([key, joint]) => rewritten(key, (value) => value + joint + value)),
    fc.tuple(name, piece).map(([key, text]) => set(key, text)),
    fc.tuple(name, odd).map(([key, value]) => set(key, value)),
    fc.tuple(fc.constantFrom(...NAMES), fc.oneof(piece, odd)).map(([key, value]) =>
      onHeaders((headers) => {
        const copy = Object.assign(Object.create(null) as Record<string, string>, headers);
        copy[key] = value;
        return copy;
      }),
    ),
    odd.map((value) => onHeaders(() => value as never)),
  ];
}

const ofBody: readonly fc.Arbitrary<Mutation>[] = [
  fc.tuple(place, fc.nat(7)).map(([at, bit]) =>
    onBody((body) => {
      if (body.length === 0) return body;
      const copy = Buffer.from(body);
      const index = Math.min(Math.floor(at * body.length), body.length - 1);
      copy.writeUInt8(copy.readUInt8(index) ^ (1 << bit), index);
      return copy;
    }),
  ),
  fc.tuple(place, bytes).map(([at, by]) => onBody((body) => splicedBytes(body, at, at, by))),
  fc.tuple(place, place, bytes).map(([from, to, by]) => onBody((body) => splicedBytes(body, from, to, by))),
  place.map((at) => onBody((body) => splicedBytes(body, at, 1, Buffer.alloc(0)))),
  fc.tuple(place, piece).map(([at, text]) => onBody((body) => splicedBytes(body, at, at, Buffer.from(text)))),
  bytes.map((by) => onBody(() => Buffer.from(by))),
  fc.json({ maxDepth: 3 }).map((text) => onBody(() => Buffer.from(text))),
  odd.map((rawBody) => onRequest((request) => ({ ...request, rawBody: rawBody as never }))),
];

const ofRequest: readonly fc.Arbitrary<Mutation>[] = [
  fc.tuple(place, place, piece).map(([from, to, text]) =>
    onRequest((request) => {
      const { url } = request;
      return typeof url === 'string' ? { ...request, url: spliced(url, from, to, text) } : request;
    }),
  ),
  fc.oneof(piece, odd).map((url) => onRequest((request) => ({ ...request, url }))),
  fc.oneof(piece, odd).map((method) => onRequest((request) => ({ ...request, method }))),
  odd.map((request) => (given: Given) => ({ ...given, request: request as never })),
];

const ofRest: readonly fc.Arbitrary<Mutation>[] = [
  fc
    .array(fc.oneof(piece, odd), { maxLength: 3 })
    .map((secrets) => (given: Given) => ({ ...given, secrets })),
  fc.tuple(place, place, piece).map(([from, to, text]) => (given: Given) => {
    const secrets = Array.isArray(given.secrets) ? (given.secrets as readonly unknown[]) : [];
    const change = (one: unknown): string => (typeof one === 'string' ? spliced(one, from, to, text) : text);
    return { ...given, secrets: secrets.map(change) };
  }),
  odd.map((secrets) => (given: Given) => ({ ...given, secrets: secrets as never })),
  fc.constantFrom(-YEAR_MS, -1000, 1000, YEAR_MS, Number.NaN).map((off) => (given: Given) => ({
    ...given,
    now: new Date(NOW.getTime() + off),
  })),
  odd.map((now) => (given: Given) => ({ ...given, now: now as never })),
];

/** Long texts of one character, in a header or in the body; seldom, for they cost most. */
function ofHugeness(name: fc.Arbitrary<string>): fc.Arbitrary<Mutation> {
  const text = fc
    .constantFrom(' ', ',', '=', '.', ':', '|', '&', '%', 'a', '0', '[', '{', '"')
    .map((one) => `x${one.repeat(HUGE)}x`);
  return fc.oneof(
    fc.tuple(name, text).map(([key, value]) => onHeaders((headers) => ({ ...headers, [key]: value }))),
    text.map((value) => onBody((body) => Buffer.concat([body, Buffer.from(value)]))),
    text.map((value) => onBody(() => Buffer.from(value))),
  );
}

/** One to three things that are done to the subject's request. */
export function mutationsOf({ request }: Subject): fc.Arbitrary<Mutation[]> {
  const names = Object.keys(request.headers);
  const name = fc.constantFrom(...(names.length === 0 ? NAMES : names));
  const one = fc.oneof(
    { weight: 400, arbitrary: fc.oneof(...ofHeaders(name)) },
    { weight: 300, arbitrary: fc.oneof(...ofBody) },
    { weight: 80, arbitrary: fc.oneof(...ofRequest) },
    { weight: 80, arbitrary: fc.oneof(...ofRest) },
    { weight: 1, arbitrary: ofHugeness(name) },
  );
  return fc.array(one, { minLength: 1, maxLength: 3 });
}
