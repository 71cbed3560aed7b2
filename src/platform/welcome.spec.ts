import { describe, expect, it } from 'vitest';
import { welcome } from './welcome.js';

const DEFAULT = 'http://127.0.0.1:3000';
const OTHER = 'http://127.0.0.1:8080';
const LINE = 'ADMIN_KEY=hwk_new npm run send -- --source stripe --type invoice.paid';

describe('welcome', () => {
  it.each([
    { webhooks: DEFAULT, admin: DEFAULT, line: LINE },
    { webhooks: OTHER, admin: OTHER, line: `${LINE} --url ${OTHER}` },
    { webhooks: OTHER, admin: DEFAULT, line: `${LINE} --webhooks ${OTHER}` },
    { webhooks: DEFAULT, admin: OTHER, line: `${LINE} --url ${OTHER} --webhooks ${DEFAULT}` },
  ])('gives the line for a first event to $webhooks, admin $admin', ({ line, ...addresses }) => {
    for (const ROLE of ['all', 'api'] as const) {
      expect(welcome(addresses, { madeNow: 'hwk_new' }, { ROLE }).split('\n')).toContain(
        `  A first event       ${line}`,
      );
    }
  });

  it('gives no such line in a worker, which takes no webhooks', () => {
    const text = welcome({ webhooks: OTHER, admin: OTHER }, { madeNow: 'hwk_new' }, { ROLE: 'worker' });
    expect(text).not.toContain('npm run send');
    expect(text).toContain(`Swagger UI          ${OTHER}/docs`);
    expect(text).toContain('Admin key           hwk_new');
  });

  it('does not show a key that an earlier start has made', () => {
    const text = welcome({ webhooks: DEFAULT, admin: DEFAULT }, { madeNow: null }, { ROLE: 'all' });
    expect(text).not.toContain('Admin key  ');
    expect(text).toContain('ADMIN_KEY=<admin key> npm run send');
  });
});
