import { describe, expect, it } from 'vitest';
import { parametersOf } from './audited-command.js';

const command = { name: 'thing.do', target: 'id', details: ['why', 'rate'] };

describe('parametersOf', () => {
  it('finds what is named, in address, query and body, and keeps nothing else', () => {
    const request = { params: { id: '7' }, query: { rate: '5' }, body: { why: 'asked', secret: 'whsec_x' } };
    expect(parametersOf(command, request)).toEqual({ target: '7', details: { why: 'asked', rate: '5' } });
  });

  it('believes the address before the body', () => {
    const request = { params: { id: 'meant' }, query: {}, body: { id: 'smuggled' } };
    expect(parametersOf(command, request).target).toBe('meant');
  });

  it.each([undefined, null, [], 'text', 7])('takes a body that is %j', (body) => {
    expect(parametersOf(command, { params: {}, query: {}, body })).toEqual({ target: null, details: {} });
  });

  it('has no target where that is none, or no text', () => {
    const request = { params: {}, query: {}, body: { id: { a: 1 } } };
    expect(parametersOf(command, request).target).toBeNull();
    expect(parametersOf({ name: 'all.stop' }, request)).toEqual({ target: null, details: {} });
  });

  it('says of a long value how long it is', () => {
    const fits = 'x'.repeat(998);
    const request = { params: {}, query: {}, body: { why: fits, rate: `${fits}x` } };
    expect(parametersOf(command, request).details).toEqual({
      why: fits,
      rate: '[1001 characters, not kept]',
    });
  });
});
