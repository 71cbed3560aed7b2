import { describe, expect, it } from 'vitest';
import { challengeOf, hubHandshake, textAnswer } from './handshake.js';

describe('challengeOf', () => {
  it.each(['1158201444', 'a b <c>', '~', 'x'.repeat(1024)])('gives back %j', (text) => {
    expect(challengeOf(text)).toBe(text);
  });

  it.each([null, undefined, '', 'é', 'a\nb', 'a\n', '\t', '\u007f', '\u0000', 'x'.repeat(1025)])(
    'gives back nothing for %j',
    (text) => {
      expect(challengeOf(text)).toBeNull();
    },
  );
});

describe('textAnswer', () => {
  it('is plain text, and none where there is no text', () => {
    expect(textAnswer('<b>')).toMatchObject({
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '<b>',
    });
    expect(textAnswer(null)).toBeNull();
  });
});

describe('hubHandshake', () => {
  const asked: string[] = [];
  const answer = (query: Record<string, string>): unknown =>
    hubHandshake.answer({
      method: 'GET',
      query: new Map(Object.entries(query)),
      headers: {},
      body: Buffer.alloc(0),
      secrets: ['an app secret'],
      isHandshakeSecret: (text) => {
        asked.push(text);
        return text === 'agreed';
      },
    });

  it('answers to what is agreed upon, and to nothing else', () => {
    const good = { 'hub.mode': 'subscribe', 'hub.verify_token': 'agreed', 'hub.challenge': '7' };
    expect(answer(good)).toMatchObject({ status: 200, body: '7' });
    const refused = expect.stringContaining('purpose is handshake') as string;
    expect(answer({ ...good, 'hub.verify_token': 'an app secret' })).toEqual({ refused });
    expect(answer({ 'hub.mode': 'subscribe', 'hub.challenge': '7' })).toEqual({ refused });
    expect(answer({ ...good, 'hub.mode': 'unsubscribe' })).toBeNull();
    expect(asked).toEqual(['agreed', 'an app secret']);
  });
});
