import { describe, expect, it } from 'vitest';
import { definition } from '../../providers/github/provider.js';
import { type Source, VerifiedWebhook } from './verified-webhook.js';

const source: Source = { name: 'forge', enabled: true, definition, secrets: ['a secret'] };
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

  // The compiler runs this test (promise P5): each line below must not compile.
  it('cannot be made or imitated without the check', () => {
    // @ts-expect-error the constructor is private
    const made: unknown = new VerifiedWebhook(source, request, receivedAt);
    // @ts-expect-error an object of the same shape is not one
    const imitated = ingest({ source, request, receivedAt });
    expect([ingest(made as VerifiedWebhook), imitated]).toEqual(['forge', 'forge']);
  });
});
