import type { AdminKeys } from './auth/admin-keys.js';
import type { Addresses } from './http/listeners.js';

/** What a person sees after a start; on stderr, since stdout carries the log. */
export function welcome({ webhooks, admin }: Addresses, { madeNow }: Pick<AdminKeys, 'madeNow'>): string {
  return [
    '',
    `  Hookwell listens on ${webhooks}`,
    `  Swagger UI          ${admin}/docs`,
    ...(madeNow === null ? [] : [`  Admin key           ${madeNow}   (shown this once: keep it)`]),
    `  A first event       ADMIN_KEY=${madeNow ?? '<admin key>'} npm run send -- --source stripe --type invoice.paid`,
    '',
    '',
  ].join('\n');
}
