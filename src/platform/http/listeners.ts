import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { NotFoundException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/config.js';
import { WEBHOOK_PATH } from './webhook-path.js';

/** Where a running process can be reached. */
export interface Addresses {
  /** The face for providers. */
  readonly webhooks: string;
  /** Everything else; the same address unless ADMIN_PORT is set. */
  readonly admin: string;
}

/**
 * Listens on PORT, and where ADMIN_PORT is set there too: then the first knows webhooks only and the second everything but
 * webhooks, so that a firewall can tell them apart.
 */
export async function listen(
  app: NestFastifyApplication,
  { HOST, PORT, ADMIN_PORT }: Pick<AppConfig, 'HOST' | 'PORT' | 'ADMIN_PORT'>,
): Promise<Addresses> {
  if (ADMIN_PORT === undefined) {
    await app.listen(PORT, HOST);
    return { webhooks: await app.getUrl(), admin: await app.getUrl() };
  }
  const fastify = app.getHttpAdapter().getInstance();
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const onWebhookPort = request.socket.localPort === portOf(fastify.server);
    done(
      onWebhookPort === request.url.startsWith(WEBHOOK_PATH)
        ? undefined
        : notHere(request.method, request.url),
    );
  });
  const adminServer = createServer((request, response) => {
    fastify.routing(request, response);
  });
  fastify.addHook('onClose', () => {
    adminServer.close();
    adminServer.closeIdleConnections();
  });
  await app.listen(PORT, HOST);
  adminServer.listen(ADMIN_PORT, HOST);
  await once(adminServer, 'listening');
  const webhooks = await app.getUrl();
  return { webhooks, admin: webhooks.replace(/:\d+$/, `:${portOf(adminServer)}`) };
}

/** As for any address that does not exist. */
function notHere(method: string, url: string): NotFoundException {
  return new NotFoundException(`Cannot ${method} ${url}`);
}
