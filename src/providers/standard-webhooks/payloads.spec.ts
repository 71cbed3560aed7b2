import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloadOf, WebhookHandler, type WebhookEvent } from 'hookwell/handler-kit';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { messageOf } from './payloads.js';

const sample = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/contact.created.json'), 'utf8'),
) as object;
const ContactCreated = messageOf('contact.created', z.object({ id: z.uuid() }));
type ContactCreated = z.infer<typeof ContactCreated>;

it("has the sender's data under the message's type", () => {
  const { type, data } = payloadOf(ContactCreated, { payload: sample });
  expect([type, data.id]).toEqual(['contact.created', '1f81eb52-5198-4599-803e-771906343485']);
  expectTypeOf<ContactCreated>().toEqualTypeOf<{
    type: 'contact.created';
    timestamp: string;
    data: { id: string };
  }>();
  // @ts-expect-error a field that the data has not
  expect(data.name).toBeUndefined();
});

it.each([
  [{ type: 'contact.deleted' }, 'payload.type: '],
  [{ timestamp: 'yesterday' }, 'payload.timestamp: '],
  [{ data: { id: 7 } }, 'payload.data.id: '],
])('rejects a message with %j, and names the field', (fields, message) => {
  expect(() => payloadOf(ContactCreated, { payload: { ...sample, ...fields } })).toThrow(message);
});

it('types the handler', () => {
  @WebhookHandler({
    provider: 'standard-webhooks',
    types: ['contact.created'],
    payload: ContactCreated,
  })
  class WelcomeContact {
    handle({ payload }: WebhookEvent<ContactCreated>): Promise<string> {
      return Promise.resolve(payload.data.id);
    }
  }
  expect(WelcomeContact).toBeDefined();
});
