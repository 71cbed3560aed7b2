import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdminRoute, adminRoutes } from '../support/admin-routes.js';
import { ADMIN_KEY, Hookwell } from '../support/hookwell.js';

const KEYS = {
  viewer: 'the-viewers-key-0123456789',
  operator: 'the-operators-key-0123456789',
  admin: 'the-admins-key-0123456789',
} as const;
type Role = keyof typeof KEYS;

const NEEDS = {
  operator: 'This needs an admin key with the role operator or admin.',
  admin: 'This needs an admin key with the role admin.',
} as const;

/** What each role is told at a route that needs at least the given one. */
const REFUSED: Readonly<Record<Role, readonly string[]>> = {
  viewer: [NEEDS.operator, NEEDS.admin],
  operator: [NEEDS.admin],
  admin: [],
};

describe('the roles of admin keys', () => {
  let hookwell: Hookwell;

  beforeAll(async () => {
    const named = Object.entries(KEYS).map(([role, key]) => `${role}-1:${role}:${key}`);
    hookwell = await Hookwell.start({ ADMIN_API_KEYS: [...named, ADMIN_KEY].join(', ') });
  });

  afterAll(() => hookwell.stop());

  /** What a key is told of its role at a route; null where it is let through. */
  async function refusal({ method, path, isCommand }: AdminRoute, key: string): Promise<string | null> {
    const response = await hookwell.admin(path, { method, key, ...(isCommand ? { body: {} } : {}) });
    expect(response.status).not.toBe(401);
    return response.status === 403 ? ((await response.json()) as { detail: string }).detail : null;
  }

  describe.each(adminRoutes)('at $name', (route) => {
    it('are held to what is documented', async () => {
      for (const [role, key] of Object.entries(KEYS)) {
        const { refusal: documented = '' } = route;
        const expected = REFUSED[role as Role].includes(documented) ? documented : null;
        expect([role, await refusal(route, key)]).toEqual([role, expected]);
      }
      expect(await refusal(route, ADMIN_KEY)).toBeNull();
    });

    it('leave a viewer nothing to do but look', async () => {
      if (route.isCommand) expect(await refusal(route, KEYS.viewer)).toMatch(/^This needs an admin key/);
      else expect([undefined, NEEDS.operator]).toContain(route.refusal);
    });

    it('matter to known keys only', async () => {
      const response = await hookwell.admin(route.path, { method: route.method, key: `${KEYS.admin}0` });
      expect(response.status).toBe(401);
    });
  });

  it('leave sources to admins, replays and trials to operators, and the audit to both', () => {
    const needed = (pattern: RegExp): (string | undefined)[] =>
      adminRoutes.filter(({ name }) => pattern.test(name)).map(({ refusal }) => refusal);
    expect(needed(/^(?!get ).* \/sources(?!.*\/verify)/)).toEqual(Array(5).fill(NEEDS.admin));
    expect(needed(/^(?!get ).* \/(events|replays|pauses|limits)/)).toEqual(Array(8).fill(NEEDS.operator));
    expect(needed(/\/verify$/)).toEqual([NEEDS.operator]);
    expect(needed(/^get \/audit/)).toEqual([NEEDS.operator]);
    expect(needed(/^get \/(events|sources|stats)/).every((refusal) => refusal === undefined)).toBe(true);
  });

  it('hold for HEAD as for GET', async () => {
    const status = async (path: string, key: string): Promise<number> =>
      (await hookwell.admin(path, { method: 'HEAD', key })).status;
    expect(await status('/events', KEYS.viewer)).toBe(200);
    expect(await status('/audit', KEYS.viewer)).toBe(403);
  });

  it('are told before anything else of a request is looked at', async () => {
    const response = await hookwell.admin('/events/no-id/replay', { method: 'POST', key: KEYS.viewer });
    expect([response.status, ((await response.json()) as { title: string }).title]).toEqual([
      403,
      'Forbidden',
    ]);
  });
});
