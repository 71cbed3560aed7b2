import type { SignatureScheme } from '../scheme.js';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const standardWebhooks: SignatureScheme = {
  header: 'webhook-signature',
  format: { kind: 'list', version: 'v1' },
  encoding: 'base64',
  content: ['{id}', '.', '{timestamp}', '.', '{body}'],
  idHeader: 'webhook-id',
  timestampHeader: 'webhook-timestamp',
  toleranceSeconds: 300,
  key: 'whsec',
};
