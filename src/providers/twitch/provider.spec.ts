import { expect, it } from 'vitest';
import { definition } from './provider.js';

const verification = {
  challenge: 'pogchamp-kappa-360noscope-vohiyo',
  subscription: { type: 'channel.follow', status: 'webhook_callback_verification_pending' },
};

it.each(['webhook_callback_verification', 'notification', 'revocation', null])(
  'answers a challenge under the header %s, which is not signed',
  (type) => {
    const request = {
      method: 'POST',
      query: new Map<string, string>(),
      headers: type === null ? {} : { 'twitch-eventsub-message-type': type },
      body: Buffer.from(JSON.stringify(verification)),
      secrets: [],
      isHandshakeSecret: () => false,
    };
    const answers = definition.handshakes.map((handshake) => handshake.answer(request));
    expect(answers).toEqual([expect.objectContaining({ status: 200, body: verification.challenge })]);
  },
);

function typeOf(message: object): string | null {
  return definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(message)) }).type;
}

const subscription = { type: 'channel.follow' };

it.each([
  ['an event', { subscription, event: {} }, 'channel.follow'],
  ['several events', { subscription, events: [] }, 'channel.follow'],
  ['a subscription alone', { subscription }, 'revocation'],
  ['an endless challenge', { ...verification, challenge: 'x'.repeat(2000) }, null],
  ['an empty challenge', { ...verification, challenge: '' }, null],
])('takes %s for what it is by what is signed', (_, message, type) => {
  expect(typeOf(message)).toBe(type);
});

it.each([
  ['a channel', { broadcaster_user_id: '1', moderator_user_id: '2' }, '1'],
  ['a user in a channel', { user_id: '2', broadcaster_user_id: '1' }, '1'],
  ['raids to a channel', { from_broadcaster_user_id: '', to_broadcaster_user_id: '1' }, '1'],
  ['raids from a channel', { from_broadcaster_user_id: '1', to_broadcaster_user_id: '' }, '1'],
  ['raids from one to another', { from_broadcaster_user_id: '2', to_broadcaster_user_id: '1' }, '1'],
  ['a user', { user_id: '1' }, '1'],
  ['an app', { client_id: '1' }, null],
])('keeps in order what is subscribed for %s', (_, condition, key) => {
  const body = Buffer.from(JSON.stringify({ subscription: { condition }, event: {} }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
