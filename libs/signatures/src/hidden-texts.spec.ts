import { expect, it } from 'vitest';
import { hideTexts } from './hidden-texts.js';

it.each([
  ['a text', '{"a":"geheim"}', '{"a":"[secret]"}'],
  ['each of them', '["geheim", "other", {"a":"geheim"}]', '["[secret]", "[secret]", {"a":"[secret]"}]'],
  ['one with escapes', String.raw`{"a":"gehei\u006D"}`, '{"a":"[secret]"}'],
  ['one behind an escaped quote', String.raw`{"a\"":"geheim"}`, String.raw`{"a\"":"[secret]"}`],
])('hides %s', (_, json, without) => {
  expect(hideTexts(Buffer.from(json), ['geheim', 'other']).toString()).toBe(without);
});

it.each([
  ['a longer text', '{"a":"geheimer"}'],
  ['what is in a text', String.raw`{"a":"\"geheim\""}`],
  ['a number that JavaScript would round', '{ "a" : 9007199254740993.10, "b":"é" }'],
])('leaves %s', (_, json) => {
  expect(hideTexts(Buffer.from(json), ['geheim', 'other']).toString()).toBe(json);
});
