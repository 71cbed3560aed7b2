import type { SignatureScheme } from '../scheme.js';

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const github: SignatureScheme = {
  header: 'x-hub-signature-256',
  format: { kind: 'plain', prefix: 'sha256=' },
  encoding: 'hex',
  content: ['{body}'],
  key: 'utf8',
};
