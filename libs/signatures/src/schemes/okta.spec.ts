import { describe, expect, it } from 'vitest';
import { explain, okta, secretProblem, sign, type Verdict, verify } from '../index.js';

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

  it('may also be authorization where a secret looks as if it named one', () => {
    expect(judged({ authorization: IN_ANOTHER }, IN_ANOTHER).valid).toBe(true);
  });

  it('is not told by its name where it is missing, which may be a part of the secret', () => {
    const verdict = judged({ 'x-other': 'a' }, IN_ANOTHER);
    expect(verdict).toMatchObject({ reason: 'missing_header' });
    expect(JSON.stringify(verdict)).not.toMatch(/okta-key/i);
  });

  it.each([
    [{ authorization: 's3cret: of ours' }, 'signature_mismatch'],
    [{ authorization: 'X-Okta-Key' }, 'signature_mismatch'],
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
      expect(okta.shownIn?.([secret])).toEqual(expect.arrayContaining(Object.keys(signed)));
    },
  );

  it.each(['x okta key: s3cret', ': s3cret', 'x-okta-key:  s3cret', 'é: s3cret', 'a(b): s3cret'])(
    'is authorization for %j, which names none',
    (secret) => {
      expect(judged({ authorization: secret }, secret).valid).toBe(true);
    },
  );

  it('is shown where a verdict is explained', async () => {
    const headers = { authorization: 'other', 'x-okta-key': 'another' };
    const request = { method: 'POST', url: '', headers, rawBody: Buffer.from('{}') };
    const keys = { resolve: () => Promise.resolve(null) };
    const { verdict, headers: read } = await explain(okta, request, [IN_ANOTHER], NOW, keys);
    expect(verdict).toMatchObject({ reason: 'signature_mismatch' });
    expect(read).toContainEqual({ name: 'x-okta-key', value: 'another' });
  });
});
