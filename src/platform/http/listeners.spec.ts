import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createHttpAdapter } from './http.js';
import { serverLike } from './listeners.js';

/** All settings of a server that are numbers, its limits among them. */
function limits(server: Server): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(server).filter(([name, value]) => typeof value === 'number' && !name.startsWith('_')),
  );
}

describe('the server on ADMIN_PORT', () => {
  it('has the limits of the one on PORT', () => {
    const fastify = createHttpAdapter().getInstance();
    expect(limits(fastify.server)).toMatchObject({ requestTimeout: 30_000 });
    expect(limits(serverLike(fastify))).toEqual(limits(fastify.server));
  });
});
