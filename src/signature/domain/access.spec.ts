import { describe, expect, it } from 'vitest';
import type { SourceSecret } from './source-secret.js';
import { Access, type AccessRules, accessRulesOf, type Caller, changedRules, OPEN_ACCESS } from './access.js';

const CALLER: Caller = { address: '203.0.113.7', certificate: undefined, authorization: undefined };
const credential = (value: string): SourceSecret => ({
  ...{ id: `id of ${value}`, purpose: 'basic', value, expiresAt: null, lastUsedAt: null },
});
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Why a caller is refused by some rules; null where it is not. */
function reason(
  rules: Partial<AccessRules>,
  caller: Partial<Caller>,
  credentials: readonly string[] = [],
  used: (credential: SourceSecret) => void = () => undefined,
): string | null {
  const access = new Access({ ...OPEN_ACCESS, ...rules });
  return access.refusal({ ...CALLER, ...caller }, credentials.map(credential), used)?.reason ?? null;
}

describe('accessRulesOf', () => {
  it('fills in what the row does not ask for', () => {
    expect(accessRulesOf(null)).toEqual(OPEN_ACCESS);
    expect(accessRulesOf('{}')).toEqual(OPEN_ACCESS);
    expect(accessRulesOf('{"basicAuth":true}')).toEqual({ ...OPEN_ACCESS, basicAuth: true });
    const all = { allowedAddresses: ['::1', '10.0.0.0/8'], clientCertificate: 'CN=acme', basicAuth: true };
    expect(accessRulesOf(JSON.stringify(all))).toEqual(all);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"open"',
    '{"allowedAddresses":"::1"}',
    '{"allowedAddresses":null}',
    '{"allowedAddresses":[7]}',
    '{"allowedAddresses":["10.0.0.0/33"]}',
    '{"clientCertificate":7}',
    '{"basicAuth":"yes"}',
    '{"basicAuth":null}',
    '{"ofALaterVersion":true}',
  ])('does not read %s', (stored) => {
    expect(accessRulesOf(stored)).toBeNull();
  });
});

describe('changedRules', () => {
  const all = { allowedAddresses: ['::1'], clientCertificate: null, basicAuth: true };

  it('keeps what the change does not say', () => {
    expect(changedRules(all, { basicAuth: false })).toEqual({ ...all, basicAuth: false });
  });

  it('needs all of them where those from before are not known', () => {
    const { basicAuth, ...some } = all;
    expect(changedRules(null, some)).toBeNull();
    expect(changedRules(null, { ...some, basicAuth })).toEqual(all);
  });
});

describe('Access', () => {
  it('asks for nothing by default', () => {
    expect(new Access(OPEN_ACCESS).isOpen).toBe(true);
    expect(reason({}, { address: null })).toBeNull();
    for (const rules of [
      { allowedAddresses: ['::1'] },
      { clientCertificate: 'CN=acme' },
      { basicAuth: true },
    ]) {
      expect(new Access({ ...OPEN_ACCESS, ...rules }).isOpen).toBe(false);
    }
  });

  it.each([
    ['203.0.113.7', null],
    ['10.9.9.9', null],
    ['203.0.113.8', 'address_not_allowed'],
    ['2001:db8::1', 'address_not_allowed'],
    [null, 'address_not_allowed'],
  ])('by address: %s', (address, expected) => {
    expect(reason({ allowedAddresses: ['10.0.0.0/8', '203.0.113.7'] }, { address })).toBe(expected);
  });

  it.each([
    ['CN=acme', null],
    ['CN=acme ', 'certificate_refused'],
    ['cn=acme', 'certificate_refused'],
    ['', 'certificate_refused'],
    [undefined, 'certificate_refused'],
  ])('by certificate: %s', (certificate, expected) => {
    expect(reason({ clientCertificate: 'CN=acme' }, { certificate })).toBe(expected);
  });

  it.each([
    [basic('user:pass:word'), null],
    [basic('usér:€'), null],
    [basic('user:pass:word').replace('Basic', 'BASIC'), null],
    [basic('user:pass:word').replace('Basic', 'Basic  '), null],
    [basic('user:pass'), 'credentials_refused'],
    [basic('user:pass:word2'), 'credentials_refused'],
    [basic('usér:€\n'), 'credentials_refused'],
    [basic(''), 'credentials_refused'],
    [basic('user:pass:word').replace('Basic', 'Bearer'), 'credentials_refused'],
    ['user:pass:word', 'credentials_refused'],
    ['', 'credentials_refused'],
    [undefined, 'credentials_refused'],
  ])('by any of the credentials: %s', (authorization, expected) => {
    const credentials = ['another:one', 'user:pass:word', 'usér:€'];
    expect(reason({ basicAuth: true }, { authorization }, credentials)).toBe(expected);
  });

  it('lets nobody through where there are no credentials', () => {
    expect(reason({ basicAuth: true }, { authorization: basic('user:password') })).toBe(
      'credentials_refused',
    );
  });

  it('tells which of the credentials was shown', () => {
    const used: string[] = [];
    const caller = { authorization: basic('a:b') };
    reason({ basicAuth: true }, caller, ['x:y', 'a:b', 'c:d'], ({ id }) => used.push(id));
    reason({ basicAuth: true }, caller, ['x:y'], ({ id }) => used.push(id));
    reason({}, caller, ['a:b'], ({ id }) => used.push(id));
    expect(used).toEqual(['id of a:b']);
  });

  it('asks for all of them together, and tells no credentials', () => {
    const rules = { allowedAddresses: ['203.0.113.7'], clientCertificate: 'CN=acme', basicAuth: true };
    const good = { certificate: 'CN=acme', authorization: basic('user:secret') };
    expect(reason(rules, good, ['user:secret'])).toBeNull();
    expect(reason(rules, { ...good, address: '203.0.113.8' }, ['user:secret'])).toBe('address_not_allowed');
    expect(reason(rules, { ...good, certificate: 'CN=other' }, ['user:secret'])).toBe('certificate_refused');
    const refusal = new Access(rules).refusal({ ...CALLER, ...good }, [credential('user:other')], () => {
      throw new Error('none was shown');
    });
    expect(refusal?.detail).toBe('the authorization header has none of the active credentials');
  });
});
