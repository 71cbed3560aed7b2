import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createHttpAdapter } from './http.js';
import { serverLike } from './listeners.js';

/** All settings of a server that are numbers, its limits among them, and those that are switches. */
function settings(server: Server): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(server).filter(
      ([name, value]) => ['number', 'boolean'].includes(typeof value) && !name.startsWith('_'),
    ),
  );
}

describe('the server on ADMIN_PORT', () => {
  it('has the settings of the one on PORT', () => {
    const fastify = createHttpAdapter().getInstance();
    expect(settings(fastify.server)).toMatchObject({ requestTimeout: 30_000, requireHostHeader: false });
    const server = serverLike(fastify);
    expect(settings(server)).toEqual(settings(fastify.server));
    expect(server.eventNames()).toEqual(
      expect.arrayContaining(['request', 'clientError', 'checkExpectation']),
    );
  });
});
