import { describe, expect, it } from 'vitest';
import { sign } from 'hookwell/signatures';
import { definition } from '../../providers/github/provider.js';
import { Access, OPEN_ACCESS } from './access.js';
import { activeSecrets, type SourceSecret } from './source-secret.js';
import { type Source, VerifiedWebhook } from './verified-webhook.js';

const secret = (id: string, change: Partial<SourceSecret> = {}): SourceSecret => ({
  ...{ id, purpose: 'signature', value: `the value of ${id}`, expiresAt: null, lastUsedAt: null },
  ...change,
});
const source: Source = {
  name: 'forge',
  enabled: true,
  definition,
  secrets: [secret('only')],
  unopened: [],
  access: new Access(OPEN_ACCESS),
};
const request = { method: 'POST', url: '/webhooks/forge', headers: {}, rawBody: Buffer.from('{}') };
const receivedAt = new Date();

const ingest = (webhook: VerifiedWebhook): string => webhook.source.name;

describe('VerifiedWebhook', () => {
  it('is nothing for a request that does not verify', () => {
    expect(VerifiedWebhook.check(source, request, receivedAt)).toEqual({
      valid: false,
      reason: 'missing_header',
      detail: expect.any(String) as string,
    });
  });

  describe('of a source with several secrets', () => {
    const later = new Date(receivedAt.getTime() + 1);
    const several: Source = {
      ...source,
      secrets: [
        secret('new'),
        secret('basic', { purpose: 'basic' }),
        secret('old', { expiresAt: later }),
        secret('gone', { expiresAt: receivedAt }),
      ],
    };

    const check = (id: string): ReturnType<typeof VerifiedWebhook.check> => {
      const headers = sign(
        definition.scheme,
        { id: 'delivery', now: receivedAt, rawBody: request.rawBody },
        secret(id).value,
      );
      return VerifiedWebhook.check(several, { ...request, headers }, receivedAt);
    };

    it.each(['new', 'old'])('knows that it was verified with the %s one', (id) => {
      expect(check(id)).toMatchObject({ secretId: id });
    });

    it.each(['gone', 'basic'])('does not take the %s one', (id) => {
      expect(check(id)).toMatchObject({ valid: false, reason: 'signature_mismatch' });
    });

    it('has active ones by purpose, newest first, until the moment they expire', () => {
      const ids = (purpose: SourceSecret['purpose'], now: Date): string[] =>
        activeSecrets(several, purpose, now).map(({ id }) => id);
      expect(ids('signature', receivedAt)).toEqual(['new', 'old']);
      expect(ids('signature', later)).toEqual(['new']);
      expect(ids('basic', later)).toEqual(['basic']);
      expect(ids('handshake', receivedAt)).toEqual([]);
    });
  });

  // The compiler runs this test (promise P5): each line below must not compile.
  it('cannot be made or imitated without the check', () => {
    // @ts-expect-error the constructor is private
    const made: unknown = new VerifiedWebhook(source, request, receivedAt);
    // @ts-expect-error an object of the same shape is not one
    const imitated = ingest({ source, request, receivedAt });
    expect([ingest(made as VerifiedWebhook), imitated]).toEqual(['forge', 'forge']);
  });
});
