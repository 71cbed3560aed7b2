import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type AppConfig, ConfigurationError } from '../config/config.js';
import { answerClientError, SERVER_OPTIONS } from './client-error.js';
import { isWebhook, noSuchAddress } from './webhook-path.js';

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
 * @throws ConfigurationError when a port cannot be listened on
 */
export async function listen(
  app: NestFastifyApplication,
  { HOST, PORT, ADMIN_PORT }: Pick<AppConfig, 'HOST' | 'PORT' | 'ADMIN_PORT'>,
): Promise<Addresses> {
  const fastify = app.getHttpAdapter().getInstance();
  const adminServer = ADMIN_PORT === undefined ? undefined : separateAdmin(fastify);
  await app.init();
  await bind(fastify.listen({ port: PORT, host: HOST }), 'PORT', PORT);
  const webhooks = addressOf(fastify.server, HOST);
  if (!adminServer || ADMIN_PORT === undefined) return { webhooks, admin: webhooks };
  adminServer.listen(ADMIN_PORT, HOST);
  await bind(once(adminServer, 'listening'), 'ADMIN_PORT', ADMIN_PORT);
  return { webhooks, admin: addressOf(adminServer, HOST) };
}

/** A second server on the same routes, and the rule of which server knows which. */
function separateAdmin(fastify: FastifyInstance): Server {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const onWebhookPort = request.socket.localPort === portOf(fastify.server);
    done(onWebhookPort === isWebhook(request) ? undefined : noSuchAddress(request));
  });
  const adminServer = serverLike(fastify);
  fastify.addHook('onClose', () => {
    adminServer.close();
    adminServer.closeIdleConnections();
  });
  return adminServer;
}

/** A further server on the same routes, within the limits of the first. */
export function serverLike(fastify: FastifyInstance): Server {
  const { requestTimeout, keepAliveTimeout, timeout, maxRequestsPerSocket } = fastify.server;
  const route: RequestListener = (request, response) => {
    fastify.routing(request, response);
  };
  const server = createServer(SERVER_OPTIONS, route)
    .on('checkExpectation', route)
    .on('clientError', answerClientError);
  return Object.assign(server, { requestTimeout, keepAliveTimeout, timeout, maxRequestsPerSocket });
}

async function bind(listening: Promise<unknown>, name: string, port: number): Promise<void> {
  await listening.catch((error: unknown) => {
    throw new ConfigurationError(
      `${name} ${port} cannot be listened on: ${(error as Error).message}; choose another, or check HOST`,
    );
  });
}

function addressOf(server: Server, host: string): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${portOf(server)}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
