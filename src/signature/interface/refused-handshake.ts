import type { FastifyRequest } from 'fastify';

const WHY = Symbol('refused handshake');
type Noted = FastifyRequest & { [WHY]?: string };

/** Keeps with a request why the handshake that it means to be was not agreed to, for who lists it as refused. */
export function noteRefusedHandshake(request: FastifyRequest, why: string): void {
  (request as Noted)[WHY] = why;
}

/** What was noted of a request; undefined where it means to be no handshake. */
export function refusedHandshakeOf(request: FastifyRequest): string | undefined {
  return (request as Noted)[WHY];
}
