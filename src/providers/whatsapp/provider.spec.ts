import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(value: object): string | null {
  const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] });
  return definition.derive({ headers: {}, body: Buffer.from(body) }).id;
}

const message = { id: 'wamid.1', from: '16505551234' };
const status = { id: 'wamid.1', status: 'delivered', recipient_id: '16505551234' };

it("leaves a message's statuses to their bodies, for a group has one from each member", () => {
  expect(idOf({ statuses: [status] })).toBeNull();
  expect(idOf({ statuses: [status, { ...status, status: 'read' }] })).toBeNull();
});

it('takes the id of a message that comes alone', () => {
  expect(idOf({ messages: [message] })).toBe('wamid.1');
  expect(idOf({ messages: [message, { ...message, id: 'wamid.2' }] })).toBeNull();
  expect(idOf({ messages: [message], statuses: [status] })).toBeNull();
});
