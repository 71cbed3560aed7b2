import { answerTo, type DerivedEvent, parsePayload } from 'hookwell/handler-kit';
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

function ofForm(fields: Readonly<Record<string, string>>): DerivedEvent {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return definition.derive({ headers, body: Buffer.from(new URLSearchParams(fields).toString()) });
}

const ofInteraction = (payload: object): DerivedEvent => ofForm({ payload: JSON.stringify(payload) });

const team = { id: 'T1', domain: 'example' };
const channel = { id: 'C1', name: 'general' };

// As the package @slack/bolt describes them.
it.each([
  [
    {
      type: 'block_actions',
      trigger_id: '1.2.a',
      team,
      channel,
      actions: [{ action_ts: '1769764512.0001' }],
    },
    { id: '1.2.a', orderingKey: 'T1 C1', occurredAt: new Date('2026-01-30T09:15:12Z') },
  ],
  [
    { type: 'message_action', trigger_id: '1.2.a', team, channel, action_ts: '1769764512.0001' },
    { id: '1.2.a', orderingKey: 'T1 C1', occurredAt: new Date('2026-01-30T09:15:12Z') },
  ],
  [
    { type: 'shortcut', trigger_id: '1.2.a', team, action_ts: '1769764512.0001' },
    { id: '1.2.a', orderingKey: null, occurredAt: new Date('2026-01-30T09:15:12Z') },
  ],
  [
    { type: 'view_submission', trigger_id: '1.2.a', team, view: { id: 'V1' } },
    { id: '1.2.a', orderingKey: null, occurredAt: null },
  ],
  [
    { type: 'view_closed', team: null, view: { id: 'V1' }, is_cleared: false },
    { id: null, orderingKey: null, occurredAt: null },
  ],
])('reads the interaction %j', (payload, expected) => {
  expect(ofInteraction(payload)).toEqual({ type: payload.type, ...expected });
});

it('reads a slash command', () => {
  const command = { command: '/weather', text: '', trigger_id: '1.2.a', team_id: 'T1', channel_id: 'C1' };
  const expected = { id: '1.2.a', type: 'slash_command', orderingKey: 'T1 C1', occurredAt: null };
  expect(ofForm(command)).toEqual(expected);
});

it.each([{ ssl_check: '1', token: 't' }, { payload: '{' }])('finds nothing in the form %j', (fields) => {
  expect(ofForm(fields)).toEqual({ id: null, type: null, orderingKey: null, occurredAt: null });
});

it('gives handlers the fields of the form', () => {
  const sample = {
    id: '1.2.a',
    now: new Date(),
    type: 'slash_command',
    body: '{"command":"/w","trigger_id":"1"}',
  };
  const { headers, body } = definition.simulate(sample);
  expect(parsePayload(headers, body)).toEqual({ command: '/w', trigger_id: '1.2.a' });
});

it('shows nothing to who has given a command', () => {
  const answer = (body: string): unknown => answerTo(definition, { headers: {}, body: Buffer.from(body) });
  expect(answer('command=%2Fw')).toEqual({ status: 200, body: '' });
  expect(answer('{"event_id":"Ev1"}')).toBeNull();
});
