import type { FastifyRequest } from 'fastify';

/** Is told that a request is refused, and why. */
export type RefusalListener = (request: FastifyRequest, reason: string, detail: string) => void;

const LISTENER = Symbol('refusal listener');
type HeardRequest = FastifyRequest & { [LISTENER]?: RefusalListener };

/** Has somebody told if this request turns out to be one that is refused with a problem document: its body is too large, say. */
export function listenForRefusal(request: FastifyRequest, listener: RefusalListener): void {
  (request as HeardRequest)[LISTENER] = listener;
}

/** Tells who listens, if anybody does. */
export function tellRefusal(request: FastifyRequest, reason: string, detail: string): void {
  (request as HeardRequest)[LISTENER]?.(request, reason, detail);
}
