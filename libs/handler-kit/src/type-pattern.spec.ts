import { describe, expect, it } from 'vitest';
import { matchesType } from './type-pattern.js';

describe('matchesType', () => {
  it.each([
    ['invoice.paid', 'invoice.paid'],
    ['invoice.*', 'invoice.paid'],
    ['invoice.*', 'invoice.'],
    ['*', ''],
    ['*', 'anything'],
    ['*.paid', 'invoice.paid'],
    ['customer.*.created', 'customer.subscription.created'],
    ['a*b*c', 'abbc'],
    ['**', 'x'],
    ['orders/*', 'orders/create'],
  ])('%s takes %s', (pattern, type) => {
    expect(matchesType(pattern, type)).toBe(true);
  });

  it.each([
    ['invoice.paid', 'invoice.paid.x'],
    ['invoice.*', 'invoiceXpaid'],
    ['invoice.*', 'my.invoice.paid'],
    ['*.paid', 'invoice.paid.late'],
    ['ab*bc', 'abc'],
    ['a*b*c', 'acb'],
    ['Invoice.*', 'invoice.paid'],
    ['', 'x'],
  ])('%s does not take %s', (pattern, type) => {
    expect(matchesType(pattern, type)).toBe(false);
  });

  it('takes no time over a pattern of many stars', () => {
    expect(matchesType(`${'a*'.repeat(50)}b`, 'a'.repeat(255))).toBe(false);
  });
});
