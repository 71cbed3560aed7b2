import type { AdminKeys } from './auth/admin-keys.js';
import type { AppConfig } from './config/config.js';
import type { Addresses } from './http/listeners.js';

/** Where `npm run send` looks by itself. */
const DEFAULT_ADDRESS = 'http://127.0.0.1:3000';

/** What a person sees after a start; on stderr, since stdout carries the log. */
export function welcome(
  addresses: Addresses,
  { madeNow }: Pick<AdminKeys, 'madeNow'>,
  { ROLE }: Pick<AppConfig, 'ROLE'>,
): string {
  const { webhooks, admin } = addresses;
  return [
    '',
    `  Hookwell listens on ${webhooks}`,
    `  Swagger UI          ${admin}/docs`,
    ...(madeNow === null ? [] : [`  Admin key           ${madeNow}   (shown this once: keep it)`]),
    // A worker has neither sources nor an address to post to.
    ...(ROLE === 'worker' ? [] : [`  A first event       ${firstEvent(addresses, madeNow)}`]),
    '',
    '',
  ].join('\n');
}

function firstEvent({ webhooks, admin }: Addresses, adminKey: string | null): string {
  return [
    `ADMIN_KEY=${adminKey ?? '<admin key>'} npm run send -- --source stripe --type invoice.paid`,
    ...(admin === DEFAULT_ADDRESS ? [] : [`--url ${admin}`]),
    ...(webhooks === admin ? [] : [`--webhooks ${webhooks}`]),
  ].join(' ');
}
