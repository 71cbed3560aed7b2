import { expect, it } from 'vitest';
import { microsoftGraph } from './microsoft-graph.js';

const kept = (body: string): string | undefined =>
  microsoftGraph.withoutSecrets?.(Buffer.from(body)).toString();

it.each([
  [
    'each of them',
    '{"value":[{"clientState":"a"},{"clientState":"b"}]}',
    '"[secret]"},{"clientState":"[secret]"}',
  ],
  [
    'one with escapes',
    String.raw`{"value":[{"clientState" : "a\"\\\u006D", "id":"1"}]}`,
    '"clientState" : "[secret]", "id":"1"',
  ],
])('keeps no clientState: %s', (_, body, rest) => {
  expect(kept(body)).toContain(rest);
});

it.each([
  ['another text that is the same', '{"value":[{"tenantId":"a"}]}'],
  ['what is in a text', String.raw`{"value":[{"note":"\"clientState\":\"a\""}]}`],
  ['a number that JavaScript would round', '{ "a" : 9007199254740993.10, "b":"é" }'],
])('leaves %s', (_, body) => {
  expect(kept(body)).toBe(body);
});

it('keeps none as long as one may be, and reads a longer one, which is none', () => {
  const of = (state: string): string => `{"value":[{"clientState":"${state}"}]}`;
  expect(kept(of('\\u00e9'.repeat(128)))).toBe(of('[secret]'));
  for (const long of ['x\\n', '\\u00e9'].map((text) => of(text.repeat(5_000_000)))) {
    expect(kept(long) === long).toBe(true);
  }
});
