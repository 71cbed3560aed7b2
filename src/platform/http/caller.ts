import type { AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { plainAddress } from '../address-ranges.js';
import type { AppConfig } from '../config/config.js';

/** The port that an address leaves out. */
const HTTP_PORT = 80;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The address that a request came from: the nearest one that is no trusted proxy's; null where the client has gone, or a proxy has told
 * none. What it says it was forwarded for counts from a trusted proxy alone.
 */
export function remoteAddressOf(request: FastifyRequest): string | null {
  // Undefined once the client has gone, whatever the type says.
  const address = request.ip as string | undefined;
  return address === undefined ? null : plainAddress(address);
}

/**
 * The whole address as the client called it: at PUBLIC_URL where that is set, and else where the request, or a trusted proxy, says. Path
 * and query are as they came, for providers sign them as they spell them.
 */
export function calledAddress(
  request: FastifyRequest,
  { PUBLIC_URL }: Pick<AppConfig, 'PUBLIC_URL'>,
): string {
  const path = request.url.replace(ORIGIN, '');
  return `${PUBLIC_URL ?? `${toldProtocol(request.protocol)}://${request.host}`}${path}`;
}

/**
 * Where the face for providers is, as far as a request to the admin API tells: at the host that it has called, on PORT where the faces are
 * apart.
 */
export function webhookOrigin(
  request: FastifyRequest,
  { ADMIN_PORT }: Pick<AppConfig, 'ADMIN_PORT'>,
): string {
  if (ADMIN_PORT === undefined) return `${toldProtocol(request.protocol)}://${request.host}`;
  const { port } = request.server.server.address() as AddressInfo;
  return `http://${request.hostname}${port === HTTP_PORT ? '' : `:${port}`}`;
}

/**
 * The protocol that an address was called by, as X-Forwarded-Proto tells it: the nearest proxy's, in any case. What is no protocol of the web
 * counts as not sent, and then it is that of this server.
 */
export function toldProtocol(text: string | undefined): 'http' | 'https' {
  const nearest = text?.split(',').at(-1)?.trim().toLowerCase();
  return nearest === 'https' ? 'https' : 'http';
}

/** A header that was sent exactly once. Node keeps the first of some that are repeated, and joins others. */
export function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const { rawHeaders } = request.raw;
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
  return values.length === 1 ? values[0] : undefined;
}

/** Whether a trusted proxy has handed the request over, so that it may be believed what it adds. */
export function cameFromProxy(
  request: FastifyRequest,
  { TRUSTED_PROXIES }: Pick<AppConfig, 'TRUSTED_PROXIES'>,
): boolean {
  return TRUSTED_PROXIES?.includes(request.raw.socket.remoteAddress ?? '') ?? false;
}
