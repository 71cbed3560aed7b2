import type { DerivedEvent } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

function ofEvent(event: object): DerivedEvent {
  const body = Buffer.from(JSON.stringify({ type: 'event_callback', team_id: 'T1', event }));
  return definition.derive({ headers: { 'content-type': 'application/json' }, body });
}

it.each([
  { type: 'message', channel: 'C1' },
  { type: 'channel_created', channel: { id: 'C1', name: 'fun', created: 1360782804 } },
  { type: 'channel_rename', channel: { id: 'C1', name: 'new_name', created: 1360782804 } },
  { type: 'file_shared', channel_id: 'C1', file_id: 'F1' },
  { type: 'pin_added', channel_id: 'C1', item: { type: 'message', channel: 'C1' } },
  { type: 'reaction_added', item: { type: 'message', channel: 'C1', ts: '1360782400.498405' } },
  { type: 'assistant_thread_started', assistant_thread: { user_id: 'U1', channel_id: 'C1' } },
])('keeps $type in the order of its channel', (event) => {
  expect(ofEvent(event).orderingKey).toBe('T1 C1');
});

it('keeps what is in no channel in no order', () => {
  expect(ofEvent({ type: 'file_deleted', file_id: 'F1' }).orderingKey).toBeNull();
});
