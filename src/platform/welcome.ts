import type { AdminKeys } from './auth/admin-keys.js';
import type { Addresses } from './http/listeners.js';

/** Where `npm run send` looks by itself. */
const DEFAULT_ADDRESS = 'http://127.0.0.1:3000';

/** What a person sees after a start; on stderr, since stdout carries the log. */
export function welcome({ webhooks, admin }: Addresses, { madeNow }: Pick<AdminKeys, 'madeNow'>): string {
  const send = [
    `ADMIN_KEY=${madeNow ?? '<admin key>'} npm run send -- --source stripe --type invoice.paid`,
    ...(admin === DEFAULT_ADDRESS ? [] : [`--url ${admin}`]),
    ...(webhooks === admin ? [] : [`--webhooks ${webhooks}`]),
  ];
  return [
    '',
    `  Hookwell listens on ${webhooks}`,
    `  Swagger UI          ${admin}/docs`,
    ...(madeNow === null ? [] : [`  Admin key           ${madeNow}   (shown this once: keep it)`]),
    `  A first event       ${send.join(' ')}`,
    '',
    '',
  ].join('\n');
}
