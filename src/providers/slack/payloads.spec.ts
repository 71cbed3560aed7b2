import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloadOf } from 'hookwell/handler-kit';
import { expect, expectTypeOf, it } from 'vitest';
import { type SlackPayloads, slackEvents } from './payloads.js';

const sample: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/message.json'), 'utf8'));

it("has Slack's own fields under the event's type", () => {
  const { provider, types, payload } = slackEvents('message');
  const { event, event_id: id } = payloadOf(payload, { payload: sample });
  expect([provider, types, event.type, id.startsWith('Ev')]).toEqual(['slack', ['message'], 'message', true]);
  expectTypeOf<SlackPayloads['reaction_added']['event']['reaction']>().toEqualTypeOf<string>();
  // @ts-expect-error a field that no message has
  expect(event.chanel).toBeUndefined();
  // @ts-expect-error a type that Slack has not
  slackEvents('mesage');
});

it('tells messages apart by their subtype', () => {
  type Changed = Extract<SlackPayloads['message']['event'], { subtype: 'channel_topic' }>;
  expectTypeOf<Changed['topic']>().toEqualTypeOf<string>();
});
