import { describe, expect, it } from 'vitest';
import { explain, okta, secretProblem, shownOf, sign, type Verdict, verify } from '../index.js';

const NOW = new Date('2026-01-31T12:00:00Z');
const IN_AUTHORIZATION = 'Basic dXNlcjpzZWNyZXQ=';
const IN_ANOTHER = 'X-Okta-Key: s3cret: of ours';

function judged(headers: Record<string, string>, ...secrets: string[]): Verdict {
  return verify(okta, { method: 'POST', url: '', headers, rawBody: Buffer.from('{}') }, secrets, NOW);
}

describe("okta's authentication field", () => {
  it('is authorization, or what the secret names', () => {
    expect(judged({ authorization: IN_AUTHORIZATION }, IN_AUTHORIZATION).valid).toBe(true);
    expect(judged({ authorization: IN_AUTHORIZATION }, `Authorization: ${IN_AUTHORIZATION}`).valid).toBe(
      true,
    );
    expect(judged({ 'x-okta-key': 's3cret: of ours' }, IN_ANOTHER).valid).toBe(true);
    expect(judged({ 'X-OKTA-KEY': 's3cret: of ours' }, IN_ANOTHER).valid).toBe(true);
  });

  it.each([
    [{ authorization: 's3cret: of ours' }, 'missing_header'],
    [{ authorization: IN_ANOTHER }, 'missing_header'],
    [{ 'x-okta-key': 'another' }, 'signature_mismatch'],
    [{ 'x-okta-key': IN_ANOTHER }, 'signature_mismatch'],
  ])('is no other: %j', (headers, reason) => {
    expect(judged(headers as Record<string, string>, IN_ANOTHER)).toMatchObject({ reason });
  });

  it('may change while both secrets are in use', () => {
    expect(judged({ 'x-okta-key': 's3cret: of ours' }, IN_AUTHORIZATION, IN_ANOTHER)).toEqual({
      valid: true,
      secretIndex: 1,
    });
  });

  it.each([IN_AUTHORIZATION, 'a key', 'user:password', IN_ANOTHER, 'a.b!#: x'])(
    'is said by a secret as good as %j',
    (secret) => {
      expect(secretProblem(okta, secret)).toBeNull();
      const signed = sign(okta, { id: '', now: NOW, rawBody: Buffer.from('{}') }, secret);
      expect(judged(signed, secret).valid).toBe(true);
      expect(Object.values(signed)).toEqual([shownOf(okta, secret)]);
    },
  );

  it.each(['x okta key: s3cret', ': s3cret', 'x-okta-key:  s3cret', 'é: s3cret', 'a(b): s3cret'])(
    'is not said by %j',
    (secret) => {
      expect(secretProblem(okta, secret)).toContain('the name of a header');
    },
  );

  it('is shown where a verdict is explained', async () => {
    const headers = { authorization: 'other', 'x-okta-key': 'another' };
    const request = { method: 'POST', url: '', headers, rawBody: Buffer.from('{}') };
    const keys = { resolve: () => Promise.resolve(null) };
    const { verdict, headers: read } = await explain(okta, request, [IN_ANOTHER], NOW, keys);
    expect(verdict).toMatchObject({ reason: 'signature_mismatch' });
    expect(read).toEqual([{ name: 'x-okta-key', value: 'another' }]);
  });
});
