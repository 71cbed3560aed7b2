import { describe, expect, it } from 'vitest';
import { AddressRanges, isAddressRange, plainAddress, rangeProblem } from './address-ranges.js';

describe('isAddressRange', () => {
  it.each([
    '203.0.113.7',
    '203.0.113.7/32',
    '10.0.0.0/8',
    '10.1.2.3/8',
    '0.0.0.0/0',
    '::1',
    '2001:DB8::/32',
    '::/0',
    'fe80::1/128',
    '::ffff:10.0.0.0/104',
  ])('takes %s', (text) => {
    expect(isAddressRange(text)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8.0',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/8 ',
    '10.0.0.1:80',
    '[::1]',
    '2001:db8::/129',
    '2001:db8:::/32',
    'fe80::1%eth0',
    '/8',
    '*',
  ])('does not take %j', (text) => {
    expect(isAddressRange(text)).toBe(false);
  });
});

describe('rangeProblem', () => {
  it.each(['10.1.2.3/8', '203.0.113.7', '::ffff:10.0.0.0', '::ffff:10.0.0.0/96', '::/0', '2001:db8::/32'])(
    'has nothing to say of %s',
    (text) => {
      expect(rangeProblem(text)).toBeNull();
    },
  );

  it.each([
    ['::ffff:10.0.0.0/8', '10.0.0.0/8, an IPv4 range'],
    ['::FFFF:0a00:0/0', '10.0.0.0/0, an IPv4 range'],
    ['::ffff:10.0.0.0/95', '10.0.0.0/32, an IPv4 range'],
    ['10.0.0.0/33', 'an address or a range'],
  ])('says of %s that it must be %s', (text, says) => {
    expect(rangeProblem(text)).toContain(says);
  });
});

describe('plainAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:54321', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::203.0.113.7', '::203.0.113.7'],
  ])('spells %s as %s', (text, plain) => {
    expect(plainAddress(text)).toBe(plain);
  });

  it.each(['', 'unknown', '_hidden', '203.0.113', '[203.0.113.7', '203.0.113.7:', 'x'.repeat(16_000)])(
    'finds none in %j',
    (text) => {
      expect(plainAddress(text)).toBeNull();
    },
  );
});

describe('AddressRanges', () => {
  it.each([
    [
      '10.0.0.0/8',
      ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', '10.1.2.3:80'],
      ['9.255.255.255', '11.0.0.0'],
    ],
    ['10.1.2.3/8', ['10.9.9.9'], ['11.0.0.0']],
    ['203.0.113.7', ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.6', '203.0.113.8', '::203.0.113.7']],
    ['203.0.113.6/31', ['203.0.113.6', '203.0.113.7'], ['203.0.113.5', '203.0.113.8']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'], ['::1', '2001:db8::1']],
    ['::/0', ['::1', '2001:db8::1'], ['1.2.3.4', '::ffff:1.2.3.4']],
    ['::ffff:10.0.0.0/104', ['10.9.9.9', '::ffff:10.9.9.9'], ['11.0.0.0']],
    ['2001:db8::/33', ['2001:db8:7fff::', '2001:0DB8::1'], ['2001:db8:8000::', '2001:db9::']],
    ['::1', ['::1', '0:0:0:0:0:0:0:1', '[::1]:80'], ['::2', '127.0.0.1']],
  ])('%s holds what is in it and nothing else', (range, inside, outside) => {
    const ranges = new AddressRanges([range]);
    expect(inside.filter((address) => !ranges.includes(address))).toEqual([]);
    expect(outside.filter((address) => ranges.includes(address))).toEqual([]);
  });

  it('holds what is in any of several, and without any nothing', () => {
    const ranges = new AddressRanges(['10.0.0.0/8', '2001:db8::/32', '203.0.113.7']);
    expect(['10.1.1.1', '2001:db8::1', '203.0.113.7'].every((address) => ranges.includes(address))).toBe(
      true,
    );
    expect(new AddressRanges([]).includes('10.1.1.1')).toBe(false);
  });

  it('holds nothing that is no address', () => {
    const ranges = new AddressRanges(['0.0.0.0/0', '::/0']);
    expect(['', 'unknown', '1.2.3', 'x'.repeat(16_000)].some((text) => ranges.includes(text))).toBe(false);
  });

  it('is not made of what is no range', () => {
    expect(() => new AddressRanges(['10.0.0.0/33'])).toThrow('10.0.0.0/33 is not an address or a range');
  });
});
