import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StandardWebhookMessageEntity } from './message.entity.js';
import { StandardWebhookMessages1795000000004 } from './migrations/1795000000004-standard-webhook-messages.js';
import { definition } from './provider.js';
import { RecordMessage } from './record-message.handler.js';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [StandardWebhookMessageEntity],
    migrations: [StandardWebhookMessages1795000000004],
  });
});

afterAll(() => bench.close());

it('keeps a message once, whatever its type and however often it is told', async () => {
  const event = bench.event('contact.created', {
    source: 'crm',
    payload: { type: 'contact.merged', data: { into: ['a', 1, null] } },
  });
  for (const attempt of [1, 2]) {
    const run = await bench.run(RecordMessage, event, { attempt });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', result: { type: 'contact.merged' } });
  }
  expect(await bench.manager.find(StandardWebhookMessageEntity)).toEqual([
    {
      eventId: event.id,
      source: 'crm',
      type: 'contact.merged',
      data: JSON.stringify({ ...sampleData(), into: ['a', 1, null] }),
    },
  ]);
});

function sampleData(): object {
  return (bench.event('contact.created').payload as { data: object }).data;
}
